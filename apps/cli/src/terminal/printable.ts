/**
 * Text of a payload on one line, which a terminal shows and does not obey: control characters, line ends and marks of writing
 * direction (Unicode's Cc, Cf, Zl and Zp) appear as `\\u{1b}`.
 */
export function printable(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`,
  );
}
