import { DEFAULT_LIMITS, type Limits } from '@sandlot/contract';

/** The default limits, some of them changed. */
export function someLimits(changes: Partial<Limits> = {}): Limits {
  return { ...DEFAULT_LIMITS, ...changes };
}
