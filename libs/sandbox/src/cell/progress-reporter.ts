/** So often within an idle limit progress is told. */
const TOLD_PER_LIMIT = 16;

/**
 * Tells init that a step has written output, no more often than its idle limit needs: init itself sees CPU time, but
 * not what passes through a pipe.
 */
export class ProgressReporter {
  readonly #periodMs: number;
  readonly #tell: () => void;
  #toldAt = -Infinity;

  /** @param idleTimeMs undefined: the step has no such limit, and nothing is told. */
  constructor(idleTimeMs: number | undefined, tell: () => void) {
    this.#periodMs = idleTimeMs === undefined ? Infinity : idleTimeMs / TOLD_PER_LIMIT;
    this.#tell = tell;
  }

  /** Output has arrived. */
  note(): void {
    if (this.#periodMs === Infinity) return;
    const now = performance.now();
    if (now - this.#toldAt < this.#periodMs) return;
    this.#toldAt = now;
    this.#tell();
  }

  /** Output waits for its reader, and the payload with it: that is nothing to be killed for. */
  async noteWhile(held: Promise<void>): Promise<void> {
    if (this.#periodMs === Infinity) return await held;
    const timer = setInterval(() => this.note(), this.#periodMs);
    try {
      await held;
    } finally {
      clearInterval(timer);
      this.note();
    }
  }
}
