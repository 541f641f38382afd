/** The sentences of a text, to be printed one a line and never broken, so that commands can be copied. */
export function sentences(text: string): readonly string[] {
  return text.split(/(?<=\.) (?=[A-Za-z])/);
}
