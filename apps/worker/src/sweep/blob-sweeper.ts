import type { JobQueue, JobStore } from '@sandlot/engine';
import { uuidV7Time } from './uuid-v7-time.js';

/**
 * A job's blobs are stored before its record is queued; in between they must not be taken for leftovers. No
 * request takes this long, and a reservation of an id lapses after 30 min.
 */
export const UNSEEN_AGE_MS = 3_600_000;

export interface BlobSweeperOptions {
  readonly queue: Pick<JobQueue, 'find'>;
  readonly store: Pick<JobStore, 'jobIds' | 'remove'>;
}

/**
 * Removes the blobs of jobs that have no record any more. A job that was seen with a record never gets another one, so
 * its blobs go as soon as the record is gone; those of any other job must be old enough. Ids that are not Sandlot's own
 * (UUIDv7) are left alone.
 */
export class BlobSweeper {
  readonly #queue: BlobSweeperOptions['queue'];
  readonly #store: BlobSweeperOptions['store'];
  /** Jobs that had a record, and may have blobs. */
  #seen = new Set<string>();

  constructor({ queue, store }: BlobSweeperOptions) {
    this.#queue = queue;
    this.#store = store;
  }

  /** Tells of a job that has a record and whose blobs are all stored, since it may be gone before the next sweep. */
  noteSeen(id: string): void {
    this.#seen.add(id);
  }

  /**
   * @param now in ms since 1970.
   * @returns how many jobs' blobs were removed.
   * @throws {InfrastructureError} if queue or store fail; what was removed until then stays removed.
   */
  async sweep(now: number, signal: AbortSignal): Promise<number> {
    const before = this.#seen;
    // Only what is still in the store is carried over, so the set does not grow; jobs noted meanwhile enter the new one.
    this.#seen = new Set();
    let removed = 0;
    try {
      for await (const id of this.#store.jobIds()) {
        if (signal.aborted) break;
        if (await this.#isLeftover(id, now, before)) {
          await this.#store.remove(id);
          removed += 1;
        }
      }
      return removed;
    } catch (error) {
      for (const id of before) this.#seen.add(id);
      throw error;
    }
  }

  async #isLeftover(id: string, now: number, before: ReadonlySet<string>): Promise<boolean> {
    const madeAt = uuidV7Time(id);
    if (madeAt === undefined) return false;
    if ((await this.#queue.find(id)) !== undefined) {
      this.#seen.add(id);
      return false;
    }
    return before.has(id) || this.#seen.has(id) || now - madeAt >= UNSEEN_AGE_MS;
  }
}
