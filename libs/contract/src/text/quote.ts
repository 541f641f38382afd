const SHOWN_CHARACTERS = 80;

/** Quotes a client's text for a message: as JSON, so that no control character gets out, and cut if long. */
export function quote(text: string): string {
  return text.length <= SHOWN_CHARACTERS
    ? JSON.stringify(text)
    : `${JSON.stringify(text.slice(0, SHOWN_CHARACTERS))}…`;
}
