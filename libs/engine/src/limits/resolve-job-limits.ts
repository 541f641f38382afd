import { LIMIT_NAMES, type Limits, type RequestedLimits, type StepSpec } from '@sandlot/contract';
import { resolveLimits, type LimitExcess, type LimitMaxima } from './resolve-limits.js';

/** The limits of a job, defaults filled in: of its cell, and of each step in order. */
export interface JobLimits {
  readonly limits: Limits;
  readonly steps: readonly Limits[];
}

/** A limit of a spec with its place in there: `limits.pids`, `steps[1].limits.pids`. */
export interface FieldExcess extends LimitExcess {
  readonly field: string;
}

export type ResolvedJobLimits =
  ({ readonly ok: true } & JobLimits) | { readonly ok: false; readonly excess: readonly FieldExcess[] };

/**
 * As {@link resolveLimits}, for a whole job: its own limits are the defaults of its steps.
 *
 * @throws {RangeError} if a maximum is below the smallest value its limit can have: nothing could run.
 */
export function resolveJobLimits(
  job: { readonly limits: RequestedLimits; readonly steps: readonly Pick<StepSpec, 'limits'>[] },
  maxima: LimitMaxima = {},
): ResolvedJobLimits {
  const own = resolveLimits(job.limits, maxima);
  const excess = [
    ...excessIn('limits', job.limits, maxima),
    ...job.steps.flatMap((step, index) => excessIn(`steps[${index}].limits`, step.limits, maxima)),
  ];
  if (excess.length > 0 || !own.ok) return { ok: false, excess };
  const steps = job.steps.map((step) => ({ ...own.limits, ...given(step.limits) }));
  return { ok: true, limits: own.limits, steps };
}

function excessIn(place: string, requested: RequestedLimits, maxima: LimitMaxima): readonly FieldExcess[] {
  const resolved = resolveLimits(requested, maxima);
  if (resolved.ok) return [];
  return resolved.excess.map((excess) => ({ ...excess, field: `${place}.${excess.limit}` }));
}

function given(requested: RequestedLimits): Partial<Limits> {
  return Object.fromEntries(
    LIMIT_NAMES.flatMap((name) => (requested[name] === undefined ? [] : [[name, requested[name]]])),
  );
}
