export interface Assignment {
  readonly name: string;
  readonly value: string;
}

/**
 * Reads `NAME=VALUE`; everything after the first `=` is the value, which may be empty.
 *
 * @throws {RangeError} without a name or without `=`.
 */
export function parseAssignment(text: string): Assignment {
  const at = text.indexOf('=');
  if (at < 1) throw new RangeError(`Expected NAME=VALUE, got "${text}"`);
  return { name: text.slice(0, at), value: text.slice(at + 1) };
}
