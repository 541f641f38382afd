import type { RunnerCounts } from '@sandlot/engine';
import type { NativeCell } from '../cell/native-cell.js';

/** How long to wait before another runner is started ahead when one could not be. */
const RETRY_MS = 1_000;

/** Starting a runner takes up a CPU, which a short job would miss: it is done when that has ended, or has had so long. */
const REFILL_AFTER_MS = 50;

export interface RunnerPoolOptions {
  /** Starts a runner in a cell of its own, as far as that it waits for a job. */
  readonly start: (signal: AbortSignal) => Promise<NativeCell>;
  /** How many are kept waiting. */
  readonly spare: number;
}

/**
 * Runners that wait for a job. Each is used once; soon after one was taken, or has ended by itself, another is started behind
 * the scenes.
 */
export class RunnerPool {
  readonly #start: RunnerPoolOptions['start'];
  readonly #spare: number;
  readonly #waiting: NativeCell[] = [];
  readonly #starting = new Set<Promise<void>>();
  readonly #closing = new AbortController();
  #retry: NodeJS.Timeout | undefined;
  readonly #counts = { warm: 0, cold: 0, failed: 0 };

  constructor({ start, spare }: RunnerPoolOptions) {
    this.#start = start;
    this.#spare = spare;
    this.#fill();
  }

  get counts(): RunnerCounts {
    return { ...this.#counts, waiting: this.#waiting.length };
  }

  /** One that waits, or if there is none one that is started now. @throws as `start` does. */
  async take(signal: AbortSignal): Promise<NativeCell> {
    const cell = await this.#next(signal);
    this.#fillAfter(cell);
    return cell;
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error('The sandbox is closed'));
    clearTimeout(this.#retry);
    await Promise.all(this.#starting);
    await Promise.all(this.#waiting.map(async (cell) => await cell.close()));
  }

  async #next(signal: AbortSignal): Promise<NativeCell> {
    const warm = this.#waiting.shift();
    if (warm !== undefined) {
      this.#counts.warm += 1;
      return warm;
    }
    this.#counts.cold += 1;
    return await this.#start(AbortSignal.any([signal, this.#closing.signal]));
  }

  #fillAfter(cell: NativeCell): void {
    const fill = () => {
      clearTimeout(timer);
      this.#fill();
    };
    const timer = setTimeout(fill, REFILL_AFTER_MS).unref();
    void cell.gone.then(fill, fill);
  }

  /** One that ended while it waited is of no more use: another takes its place. */
  #discard(cell: NativeCell): void {
    const place = this.#waiting.indexOf(cell);
    if (place === -1) return;
    this.#waiting.splice(place, 1);
    void cell.close();
    this.#fillLater();
  }

  #fill(): void {
    while (!this.#closing.signal.aborted && this.#waiting.length + this.#starting.size < this.#spare) {
      const starting = this.#startAhead().finally(() => this.#starting.delete(starting));
      this.#starting.add(starting);
    }
  }

  /** A failure here is nobody's: whoever takes one next has it started anew, and hears why it cannot be. */
  async #startAhead(): Promise<void> {
    try {
      const cell = await this.#start(this.#closing.signal);
      this.#waiting.push(cell);
      void cell.useless.then(() => this.#discard(cell));
    } catch {
      this.#fillLater();
    }
  }

  /** Not at once: what ended a runner may end the next one too. */
  #fillLater(): void {
    if (this.#closing.signal.aborted) return;
    this.#counts.failed += 1;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#fill(), RETRY_MS).unref();
  }
}
