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

interface JobSpecSchema {
  readonly properties: { readonly limits: { readonly properties: Readonly<Record<LimitName, LimitSchema>> } };
}

/** Shows this operator's maxima, and the defaults that follow from them, in the schema of a job. */
export function applyMaxima({ components }: LimitsDocument, maxima: LimitMaxima): void {
  const schemas = components?.schemas ?? {};
  if (!('JobSpec' in schemas)) throw new TypeError('Expected a schema named JobSpec in the description');
  // The generator made it from `jobSpecSchema`; a test holds that every limit is found here.
  const { limits } = (schemas.JobSpec as JobSpecSchema).properties;
  const defaults = defaultsUnder(maxima);
  for (const name of LIMIT_NAMES) {
    const fallback = defaults[name];
    if (fallback !== undefined) limits.properties[name].default = fallback;
    limits.properties[name].maximum = Math.min(LIMITS[name].max, maxima[name] ?? Infinity);
  }
}

function defaultsUnder(maxima: LimitMaxima): Limits {
  const resolved = resolveLimits({}, maxima);
  if (!resolved.ok) throw new RangeError('Expected no limit to be above its maximum when none is asked for');
  return resolved.limits;
}
