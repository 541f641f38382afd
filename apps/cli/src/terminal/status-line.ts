/** The part of a terminal stream that a status line needs. */
export interface StatusTarget {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const DEFAULT_COLUMNS = 80;

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
    const { columns = 0 } = this.#target;
    // A terminal that does not know its size says 0.
    const fitting = text.slice(0, (columns > 0 ? columns : DEFAULT_COLUMNS) - 1);
    if (fitting === this.#shown) return;
    this.#target.write(`\r\u001B[K${fitting}`);
    this.#shown = fitting;
  }
}
