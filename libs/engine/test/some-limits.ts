import { LIMIT_NAMES, LIMITS, type LimitName, type Limits } from '@sandlot/contract';

/** The default limits, some of them changed. */
export function someLimits(changes: Partial<Limits> = {}): Limits {
  const defaults = Object.fromEntries(LIMIT_NAMES.map((name) => [name, LIMITS[name].default]));
  return { ...(defaults as Record<LimitName, number>), ...changes };
}
