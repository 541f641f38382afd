/** A job is four levels deep. */
const MAX_DEPTH = 32;
/** Of one list or object: above what any of a job may have, so that one a little too long is told its own maximum. */
const MAX_ENTRIES = 8192;
/** In all. The largest job (8 steps, each with all its arguments and variables, and 1,024 files) has about 75,000. */
const MAX_VALUES = 81_920;

const ADVICE = 'values; give contents as text or base64, not as lists';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const LEFT_BRACKET = 0x5b;
const RIGHT_BRACKET = 0x5d;
const LEFT_BRACE = 0x7b;
const RIGHT_BRACE = 0x7d;

/**
 * Why a JSON text must not be parsed: it is nested too deep, or has too many values, so that parsing and judging it would
 * take time and memory out of proportion. Undefined if it may be. Looks at each byte once, keeps nothing, and stops at
 * the first excess; what is not JSON is for the parser to find.
 */
export function shapeDefect(json: Uint8Array): string | undefined {
  /** How many entries each open list or object has so far; the last is the innermost. */
  const entries = [0];
  let values = 0;
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at] ?? 0;
    if (byte === QUOTE) at = endOfString(json, at);
    else if (byte === LEFT_BRACKET || byte === LEFT_BRACE) {
      if (entries.push(0) > MAX_DEPTH + 1) return `The body is nested more than ${MAX_DEPTH} levels deep`;
    } else if (byte === RIGHT_BRACKET || byte === RIGHT_BRACE) entries.pop();
    else if (byte === COMMA) {
      const count = (entries.pop() ?? 0) + 1;
      entries.push(count);
      values += 1;
      if (count >= MAX_ENTRIES) return `The body has a list or object of more than ${MAX_ENTRIES} ${ADVICE}`;
      if (values >= MAX_VALUES) return `The body has more than ${MAX_VALUES} ${ADVICE}`;
    }
  }
  return undefined;
}

/** Where the string that begins at `start` ends. */
function endOfString(json: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== QUOTE) at += json[at] === BACKSLASH ? 2 : 1;
  return at;
}
