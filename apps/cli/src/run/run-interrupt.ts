/** Signals that end a run from outside: the terminal's, the system's, and a reader of our output that left. */
export type InterruptSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGPIPE';

const CAUGHT = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Turns the first interrupt into an abort whose reason is its name. The payload has no terminal of its own, so
 * Ctrl-C reaches it only through here. A second signal finds Node's own handling and ends the process at once;
 * the cell dies with it.
 */
export class RunInterrupt implements Disposable {
  readonly #controller = new AbortController();
  #signal: InterruptSignal | undefined;

  constructor() {
    for (const name of CAUGHT) process.once(name, this.raise);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The interrupt that came, if one did. */
  get raised(): InterruptSignal | undefined {
    return this.#signal;
  }

  readonly raise = (name: InterruptSignal): void => {
    this.#signal ??= name;
    this.#controller.abort(name);
    this[Symbol.dispose]();
  };

  [Symbol.dispose](): void {
    for (const name of CAUGHT) process.removeListener(name, this.raise);
  }
}
