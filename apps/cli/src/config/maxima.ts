import { LIMIT_NAMES, LIMITS, type LimitDefinition, type LimitName } from '@sandlot/contract';
import { parseSize } from '../option/size.js';
import { MAXIMUM_VARIABLES } from './maximum-variables.js';
import { between, decimal, setting, type Setting } from './settings.js';

/** A variable that sets the operator's maximum of a limit. */
export interface Maximum {
  readonly limit: LimitName;
  readonly setting: Setting<number>;
}

/** The operator's maxima by variable: `SANDLOT_MAX_WALL_TIME_MS` for `wallTimeMs`. */
export const MAXIMA: ReadonlyMap<string, Maximum> = new Map(
  LIMIT_NAMES.map((limit) => [MAXIMUM_VARIABLES[limit], { limit, setting: maximumSetting(limit) }]),
);

function maximumSetting(limit: LimitName): Setting<number> {
  const definition: LimitDefinition = LIMITS[limit];
  const { min, max, step = 1 } = definition;
  const isSize = /Bytes(PerSecond)?$/.test(limit);
  return setting(
    isSize ? `a size from ${min} to ${max} bytes` : `${min} to ${max}`,
    `highest ${limit} a job may ask for`,
    (text) => between(isSize ? parseSize(text) : decimal(text, step), min, max),
  );
}
