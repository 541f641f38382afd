/** The part of a terminal stream that a status line needs. */
export interface StatusTarget {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/**
 * Tells progress: on a terminal as one line that is overwritten, elsewhere as one plain line for each change.
 * Texts are cut to the terminal's width, for a wrapped line could not be overwritten.
 */
export class StatusLine {
  readonly #target: StatusTarget;
  #shown = '';
  #last = '';

  constructor(target: StatusTarget) {
    this.#target = target;
  }

  /** @param detail changes often (a clock); shown on a terminal only. */
  update(text: string, detail = ''): void {
    if (this.#target.isTTY === true) this.#overwrite(`${text}${detail}`);
    else if (text !== this.#last) this.#target.write(`${text}\n`);
    this.#last = text;
  }

  /** Takes the line away, so that other output starts on a clean one. */
  clear(): void {
    if (this.#shown !== '') this.#target.write('\r\u001B[K');
    this.#shown = '';
  }

  #overwrite(text: string): void {
    const fitting = text.slice(0, Math.max(1, (this.#target.columns ?? 80) - 1));
    if (fitting === this.#shown) return;
    this.#target.write(`\r\u001B[K${fitting}`);
    this.#shown = fitting;
  }
}
