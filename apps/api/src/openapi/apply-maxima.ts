import { LIMITS, LIMIT_NAMES, type LimitName, type Limits } from '@sandlot/contract';
import { resolveLimits, type LimitMaxima } from '@sandlot/engine';

/** The parts of an OpenAPI document that speak of limits. */
export interface LimitsDocument {
  readonly components?: { readonly schemas?: object };
  readonly paths?: object;
}

interface LimitSchema {
  /** Absent: no job has the limit unless it asks for it. */
  default?: number;
  maximum: number;
}

/** A schema with limits: that of a job or of a step. */
interface LimitedSchema {
  readonly properties: { readonly limits: { readonly properties: Readonly<Record<LimitName, LimitSchema>> } };
}

/** Shows this operator's maxima, and the defaults that follow from them, in the schemas of a job and its steps. */
export function applyMaxima({ components }: LimitsDocument, maxima: LimitMaxima): void {
  const schemas = components?.schemas ?? {};
  if (!('JobSpec' in schemas) || !('Step' in schemas)) {
    throw new TypeError('Expected schemas named JobSpec and Step in the description');
  }
  const defaults = defaultsUnder(maxima);
  // The generator made both from the contract's schemas; a test holds that every limit is found there.
  const job = (schemas.JobSpec as LimitedSchema).properties.limits.properties;
  const step = (schemas.Step as LimitedSchema).properties.limits.properties;
  for (const name of LIMIT_NAMES) {
    const maximum = Math.min(LIMITS[name].max, maxima[name] ?? Infinity);
    const fallback = defaults[name];
    job[name].maximum = maximum;
    if (fallback !== undefined) job[name].default = fallback;
    if ('not' in step[name]) continue; // it is no limit of a step
    step[name].maximum = maximum;
    // A step's default is what the job has.
    delete step[name].default;
  }
}

function defaultsUnder(maxima: LimitMaxima): Limits {
  const resolved = resolveLimits({}, maxima);
  if (!resolved.ok) throw new RangeError('Expected no limit to be above its maximum when none is asked for');
  return resolved.limits;
}
