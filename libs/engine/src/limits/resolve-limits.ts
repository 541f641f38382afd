import {
  LIMIT_NAMES,
  LIMITS,
  type LimitDefinition,
  type LimitName,
  type Limits,
  type RequestedLimits,
} from '@sandlot/contract';

/** A limit asked for above what is allowed here. */
export interface LimitExcess {
  readonly limit: LimitName;
  readonly requested: number;
  readonly maximum: number;
}

/** Maxima of an operator; a limit without one has the product's. */
export type LimitMaxima = Readonly<Partial<Record<LimitName, number>>>;

export type ResolvedLimits =
  | { readonly ok: true; readonly limits: Limits }
  | { readonly ok: false; readonly excess: readonly LimitExcess[] };

/**
 * Fills in the defaults and holds a job's limits against the operator's maxima. A default above an operator's
 * maximum is lowered to it, and a limit without a default gets the operator's maximum; a request above it is
 * refused, never trimmed.
 *
 * @param maxima in the units of the limits; above the product's own maximum they have no effect.
 * @throws {RangeError} if a maximum is below the smallest value its limit can have: nothing could run.
 */
export function resolveLimits(requested: RequestedLimits, maxima: LimitMaxima = {}): ResolvedLimits {
  const excess = LIMIT_NAMES.flatMap((limit): LimitExcess[] => {
    const value = requested[limit];
    const maximum = maximumOf(limit, maxima);
    return value !== undefined && value > maximum ? [{ limit, requested: value, maximum }] : [];
  });
  if (excess.length > 0) return { ok: false, excess };
  const limits = Object.fromEntries(
    LIMIT_NAMES.flatMap((name) => {
      const value = requested[name] ?? defaultOf(name, maxima);
      return value === undefined ? [] : [[name, value]];
    }),
  ) as Limits; // every limit with a default was just set
  return { ok: true, limits };
}

function defaultOf(name: LimitName, maxima: LimitMaxima): number | undefined {
  const { default: fallback }: LimitDefinition = LIMITS[name];
  const maximum = maximumOf(name, maxima);
  if (fallback === undefined) return maxima[name] === undefined ? undefined : maximum;
  return Math.min(fallback, maximum);
}

function maximumOf(name: LimitName, maxima: LimitMaxima): number {
  const { min, max } = LIMITS[name];
  const maximum = Math.min(max, maxima[name] ?? max);
  if (maximum >= min) return maximum;
  throw new RangeError(`Expected a maximum of at least ${min} for ${name}, got ${maximum}`);
}
