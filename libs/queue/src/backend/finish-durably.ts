import type { EmbeddedStore } from '../embedded/embedded-store.js';
import { finishJob, type Finish } from './finish-job.js';

/**
 * Ends an active job for good. While the journal cannot be written the job stays with its worker, and the end is
 * noted once it can. Gives the time noted.
 *
 * @throws {InfrastructureError} `queue-unavailable` if it will not be written any more in this process; then the job
 * runs again after a restart. BullMQ's errors if the lock is not this worker's (any more).
 */
export async function finishDurably(store: EmbeddedStore, id: string, finish: Finish): Promise<number> {
  for (;;) {
    const isHeld = store.locks.get(id) === finish.token;
    try {
      const finishedOn = finishJob(store, id, finish);
      await store.durable();
      return finishedOn;
    } catch (thrown) {
      const { durableState } = store;
      if (!durableState.isRefusing || !isHeld) throw thrown;
      // Ending the job took the lock; memory and disk have it active.
      store.locks.set(id, finish.token);
      if (!(await durableState.recovered())) throw thrown;
    }
  }
}
