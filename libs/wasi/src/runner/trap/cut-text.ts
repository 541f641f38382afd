/** Cuts a text to a number of UTF-16 code units, before a character rather than within it; halves become U+FFFD. */
export function cutText(text: string, maxLength: number): string {
  const cut = text.slice(0, maxLength);
  const isWithin = cut.length < text.length && /[\uD800-\uDBFF]$/.test(cut);
  return (isWithin ? cut.slice(0, -1) : cut).toWellFormed();
}
