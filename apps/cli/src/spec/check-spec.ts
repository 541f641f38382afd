import {
  LIMITS,
  LIMIT_NAMES,
  fieldName,
  jobSpecSchema,
  type JobSpec,
  type JobSpecInput,
  type LimitName,
} from '@sandlot/contract';
import { CommandError } from '../error/command-error.js';
import { flagOfField, flagOfLimit } from '../option/limit-flags.js';

/**
 * Holds a job against the contract.
 *
 * @throws {CommandError} naming the flag at fault, what is wrong, and what would be right.
 */
export function checkSpec(input: JobSpecInput): JobSpec {
  const parsed = jobSpecSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  const defects = parsed.error.issues.map(({ path, message }) => {
    const limit = limitAt(path);
    return limit === undefined
      ? `${flagOfField(fieldName(path))}: ${message}`
      : limitDefect(limit, input.limits?.[limit]);
  });
  throw new CommandError([...new Set(defects)].join('; '));
}

function limitAt(path: readonly PropertyKey[]): LimitName | undefined {
  return path[0] === 'limits' ? LIMIT_NAMES.find((name) => name === path[1]) : undefined;
}

function limitDefect(limit: LimitName, value: number | undefined): string {
  const { min, max } = LIMITS[limit];
  const flag = flagOfLimit(limit);
  const format = flag?.format ?? String;
  const given = value === undefined ? '' : ` ${format(value)}`;
  return `${flag?.flag ?? limit}${given} is out of range: ask for ${format(min)} to ${format(max)}`;
}
