import { LIMIT_NAMES, LIMITS, type LimitName, type Limits, type RequestedLimits } from '@sandlot/contract';

/** A limit asked for above what is allowed here. */
export interface LimitExcess {
  readonly limit: LimitName;
  readonly requested: number;
  readonly maximum: number;
}

export type ResolvedLimits =
  | { readonly ok: true; readonly limits: Limits }
  | { readonly ok: false; readonly excess: readonly LimitExcess[] };

/**
 * Fills in the defaults and holds a job's limits against the operator's maxima. A default above an operator's
 * maximum is lowered to it; a request above it is refused, never trimmed.
 */
export function resolveLimits(
  requested: RequestedLimits,
  maxima: Readonly<Partial<Record<LimitName, number>>> = {},
): ResolvedLimits {
  const maximumOf = (name: LimitName): number => Math.min(LIMITS[name].max, maxima[name] ?? Infinity);
  const excess = LIMIT_NAMES.flatMap((limit): LimitExcess[] => {
    const value = requested[limit];
    const maximum = maximumOf(limit);
    return value !== undefined && value > maximum ? [{ limit, requested: value, maximum }] : [];
  });
  if (excess.length > 0) return { ok: false, excess };
  const limits = Object.fromEntries(
    LIMIT_NAMES.map((name) => [name, requested[name] ?? Math.min(LIMITS[name].default, maximumOf(name))]),
  ) as Record<LimitName, number>; // every name of the closed list was just set
  return { ok: true, limits };
}
