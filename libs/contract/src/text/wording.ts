import type { z } from 'zod';
import { quote } from './quote.js';

/** Turns a raw schema issue into a message, or leaves it to the default wording. */
type Wording = (issue: z.core.$ZodRawIssue) => string | undefined;

/** Issues that say: this is not the kind of value meant. The others carry a message of their own. */
const WRONG_VALUE: ReadonlySet<string> = new Set([
  'invalid_type',
  'invalid_union',
  'invalid_value',
  'too_small',
  'too_big',
  'not_multiple_of',
]);

/** Unknown fields named in one message. */
const SHOWN_FIELDS = 8;
const KNOWN = '; known are ';

/**
 * Words a wrong value for people: `Required: …` if the field is missing, otherwise `Expected …, received …`.
 *
 * @param expectation a noun phrase, such as `a list of strings`.
 */
export function expected(expectation: string): Wording {
  return ({ code, input }) => {
    if (!WRONG_VALUE.has(code)) return undefined;
    return input === undefined
      ? `Required: ${expectation}`
      : `Expected ${expectation}, received ${describe(input)}`;
  };
}

/** As {@link expected}, for an object with a closed list of fields: names a stranger and the fields there are. */
export function expectedObject(expectation: string, fields: readonly string[]): Wording {
  const wrongType = expected(expectation);
  return (issue) => {
    if (issue.code !== 'unrecognized_keys') return wrongType(issue);
    const shown = issue.keys.slice(0, SHOWN_FIELDS).map(quote).join(', ');
    const others = issue.keys.length > SHOWN_FIELDS ? ` and ${issue.keys.length - SHOWN_FIELDS} more` : '';
    return `Unknown field ${shown}${others}${KNOWN}${fields.join(', ')}`;
  };
}

/**
 * Words a message of {@link expectedObject} for one of the unknown fields that it names. (An issue carries the
 * names and the finished message, so the known fields can only come from there.)
 */
export function unknownField(name: string, message: string): string {
  const known = message.lastIndexOf(KNOWN);
  return `Unknown field ${quote(name)}${known === -1 ? '' : message.slice(known)}`;
}

/** As {@link expected}, for a map: says what is wrong with a key, not merely that one is. */
export function expectedMap(expectation: string): Wording {
  const wrongType = expected(expectation);
  return (issue) => (issue.code === 'invalid_key' ? issue.issues[0]?.message : wrongType(issue));
}

function describe(input: unknown): string {
  if (input === null) return 'null';
  if (Array.isArray(input)) return 'a list';
  if (typeof input === 'string') return quote(input);
  if (typeof input === 'number' || typeof input === 'boolean') return String(input);
  return typeof input === 'object' ? 'an object' : `a ${typeof input}`;
}
