import type { ArchiveIndex } from '../archive/archive-index.js';
import type { FinishedState } from '../archive/archive-row.js';

/** Ids of jobs that finished in one way, about in the order they did: those on disk first, then those in memory. */
export class FinishedJobs implements Iterable<string> {
  readonly #state: FinishedState;
  readonly #archive: ArchiveIndex;
  #inMemory = new Set<string>();

  constructor(state: FinishedState, archive: ArchiveIndex) {
    this.#state = state;
    this.#archive = archive;
  }

  get size(): number {
    return this.#archive.count(this.#state) + this.#inMemory.size;
  }

  /** Those that wait to be archived, oldest first. */
  get inMemory(): ReadonlySet<string> {
    return this.#inMemory;
  }

  add(id: string): void {
    this.#inMemory.add(id);
  }

  /** Takes out a job in memory. */
  delete(id: string): void {
    this.#inMemory.delete(id);
  }

  sort(compare: (a: string, b: string) => number): void {
    this.#inMemory = new Set([...this.#inMemory].sort(compare));
  }

  /** Jobs may be taken out meanwhile. */
  *[Symbol.iterator](): Generator<string> {
    yield* this.#archive.ids(this.#state);
    yield* this.#inMemory;
  }
}
