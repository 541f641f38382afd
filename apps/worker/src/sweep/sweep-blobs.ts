import type { JobQueue, JobStore } from '@sandlot/engine';
import { uuidV7Time } from './uuid-v7-time.js';

/**
 * A job's blobs are stored before its record is queued; in between they must not be taken for leftovers. No
 * request takes this long.
 */
export const SWEEP_AGE_MS = 3_600_000;

export interface SweepOptions {
  readonly queue: Pick<JobQueue, 'find'>;
  readonly store: Pick<JobStore, 'jobIds' | 'remove'>;
  /** Now, in ms since 1970. */
  readonly now: number;
  readonly signal: AbortSignal;
}

/**
 * Removes the blobs of jobs that no record names any more and that are old enough. Ids that are not Sandlot's
 * own (UUIDv7) are left alone.
 *
 * @returns how many jobs' blobs were removed.
 * @throws {InfrastructureError} if queue or store fail; what was removed until then stays removed.
 */
export async function sweepBlobs({ queue, store, now, signal }: SweepOptions): Promise<number> {
  let removed = 0;
  for await (const id of store.jobIds()) {
    if (signal.aborted) break;
    const madeAt = uuidV7Time(id);
    if (madeAt === undefined || now - madeAt < SWEEP_AGE_MS) continue;
    if ((await queue.find(id)) !== undefined) continue;
    await store.remove(id);
    removed += 1;
  }
  return removed;
}
