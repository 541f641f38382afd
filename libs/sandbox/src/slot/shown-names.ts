/**
 * For how long a slot goes by a name that one of its cells has looked up and nobody uses any more. An overlay does not
 * notice that the host replaces or adds a file, as an upgrade does. Unit: ms.
 */
export const NAMES_LAST_MS = 1_000;

export interface ShownNamesOptions {
  /** Lets the slot forget all names that are not in use. */
  readonly forget: () => void;
  /** Whether a cell could be looking names up. */
  readonly isInUse: () => boolean;
}

/** Has a slot forget names every {@link NAMES_LAST_MS} as long as it has cells, and once after. */
export class ShownNames {
  readonly #options: ShownNamesOptions;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ShownNamesOptions) {
    this.#options = options;
  }

  /** From now on a cell looks names up. */
  use(): void {
    this.#timer ??= setTimeout(() => this.#forget(), NAMES_LAST_MS).unref();
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #forget(): void {
    this.#timer = undefined;
    if (!this.#tryForget() || this.#options.isInUse()) this.use();
  }

  /** A slot that takes no request at the moment is asked again. */
  #tryForget(): boolean {
    try {
      this.#options.forget();
      return true;
    } catch {
      return false;
    }
  }
}
