import type { Entry } from '../state/entry.js';
import { jobSize } from '../state/job-size.js';
import type { QueueState } from '../state/queue-state.js';
import type { StoredJob } from '../state/stored-job.js';
import { removeSegments } from './archive-files.js';
import { voidRow } from './archive-row.js';
import { ReadCache } from './read-cache.js';
import { readJob } from './read-archive.js';
import { SegmentWriter } from './segment-writer.js';

/** Jobs read from disk that are kept for the next who asks. */
const CACHE_BYTES = 1024 * 1024;
/** About what a batch takes from memory: a compromise between few syncs and short turns of the loop. */
const BATCH_BYTES = 512 * 1024;
const BATCH_JOBS = 2_048;

export interface ArchiverOptions {
  readonly directory: string;
  /** The state of this moment. */
  readonly state: () => QueueState;
  /** What finished jobs may take in memory before they are moved. Unit: bytes. */
  readonly residentBytes: number;
  /** Size from which on a segment is left for a new one. Unit: bytes. */
  readonly segmentBytes: number;
  readonly lastSegment: number;
  readonly commit: (entry: Entry) => void;
  readonly durable: () => Promise<void>;
  readonly onError: (error: Error) => void;
}

/**
 * Moves finished jobs from memory to disk, in batches, the longest finished first. Jobs first, the journal's entry
 * that they are there when both they and their ends are durable: so a crash in between leaves them where they were,
 * and what of them is in the segment already counts for nothing.
 */
export class Archiver {
  readonly #o: ArchiverOptions;
  readonly #writer: SegmentWriter;
  readonly #cache = new ReadCache<StoredJob>(CACHE_BYTES);
  #removable: readonly number[] = [];
  #moving: Promise<void> | undefined;
  #moveAt: number;
  #isLooking = false;
  #isClosing = false;

  constructor(options: ArchiverOptions) {
    this.#o = options;
    this.#writer = new SegmentWriter(options.directory, options.lastSegment, options.segmentBytes);
    this.#moveAt = options.residentBytes;
  }

  /** Moves jobs if there are too many in memory. Returns at once. */
  notice(): void {
    if (!this.#isLooking) void this.#moveWhileTooMany();
  }

  /** Moves finished jobs until those that are left take no more than `most` bytes; later ones may have come. */
  async move(most: number): Promise<void> {
    while (this.#moving !== undefined) await this.#moving.catch(() => undefined);
    this.#moving = this.#move(most).finally(() => (this.#moving = undefined));
    return this.#moving;
  }

  /** A finished job that is on disk; undefined if it is not, or was removed meanwhile. */
  async read(id: string): Promise<StoredJob | undefined> {
    const { directory, state } = this.#o;
    const place = state().archive.place(id);
    if (place === undefined) return undefined;
    try {
      const { number, length } = place;
      return await this.#cache.get(number, length, async () => readJob(directory, place));
    } catch (thrown) {
      if (state().archive.place(id)?.number !== place.number) return undefined;
      throw thrown;
    }
  }

  /** Forgets segments whose jobs are all gone; a snapshot made now does without them. */
  dropEmptySegments(): void {
    this.#removable = [...this.#removable, ...this.#o.state().archive.dropEmpty(this.#writer.number)];
  }

  /** A failed write has brought forgotten segments back. */
  keepDropped(): void {
    this.#removable = [];
  }

  /** Removes the files of forgotten segments, once nothing on disk names them any more. */
  async removeDropped(): Promise<void> {
    const numbers = this.#removable;
    await removeSegments(this.#o.directory, numbers);
    this.#removable = this.#removable.filter((number) => !numbers.includes(number));
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#moving?.catch(() => undefined);
    await this.#writer.close();
  }

  async #moveWhileTooMany(): Promise<void> {
    const { state, residentBytes, onError } = this.#o;
    this.#isLooking = true;
    while (!this.#isClosing && state().finishedBytes > this.#moveAt) {
      try {
        await this.move(Math.max(0, residentBytes - BATCH_BYTES));
      } catch (thrown) {
        // They stay in memory, and in the journal; it is tried again when there are more.
        this.#moveAt = state().finishedBytes + BATCH_BYTES;
        onError(thrown instanceof Error ? thrown : new Error(String(thrown)));
      }
    }
    this.#isLooking = false;
  }

  async #move(most: number): Promise<void> {
    const { state, residentBytes } = this.#o;
    let moved = -1;
    for (let left = state().finishedBytes - most; left > 0 && moved !== 0; left -= moved)
      moved = await this.#moveBatch(left);
    this.#moveAt = residentBytes;
  }

  /** Moves a batch, of `most` bytes or a little more. Gives how much memory that freed. */
  async #moveBatch(most: number): Promise<number> {
    const { commit, durable } = this.#o;
    const state = this.#o.state();
    const jobs = takeBatch(state, Math.min(most, BATCH_BYTES));
    const changed = new Set<string>();
    state.changed = changed;
    try {
      // The writer takes one batch at a time, so both have to be over.
      const isDurable = durable();
      isDurable.catch(() => undefined);
      const appended = await this.#writer.append(jobs);
      await isDurable;
      // A write failed and was undone: whether these jobs have ended has to be looked up anew.
      if (this.#o.state() !== state) return 0;
      const rows = appended.rows.map((row) => (changed.has(row[0]) ? voidRow(row) : row));
      const before = state.finishedBytes;
      commit({ t: 'arch', ...appended, rows });
      return before - state.finishedBytes;
    } finally {
      state.changed = undefined;
    }
  }
}

/** The longest finished jobs in memory, of `most` bytes or a little more. */
function takeBatch(state: QueueState, most: number): readonly StoredJob[] {
  const jobs: StoredJob[] = [];
  let bytes = 0;
  for (const job of state.finishedInMemory()) {
    if (bytes >= most || jobs.length >= BATCH_JOBS) break;
    jobs.push(job);
    bytes += jobSize(job);
  }
  return jobs;
}
