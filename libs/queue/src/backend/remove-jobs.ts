import { ErrorCode } from 'bullmq';
import type { EmbeddedStore } from '../embedded/embedded-store.js';
import { transitionError } from './transition-error.js';

/** Removes a job unless a worker holds it. Gives 1, or 0 for a held one. */
export function removeJob(store: EmbeddedStore, id: string): number {
  if (!store.state.has(id)) throw transitionError(ErrorCode.JobNotExist, id, 'remove');
  if (store.locks.has(id)) return 0;
  store.remove(id);
  store.tell('removed', id);
  return 1;
}

/** Removes jobs among `ids` whose last sign of life is not after `timestamp`; 0 means no limit. Gives their ids. */
export function cleanJobs(
  store: EmbeddedStore,
  ids: Iterable<string>,
  { timestamp, limit }: { readonly timestamp: number; readonly limit: number },
): string[] {
  const removed: string[] = [];
  for (const id of ids) {
    if (limit > 0 && removed.length >= limit) break;
    if (store.locks.has(id)) continue;
    if (lastSign(store, id) > timestamp) {
      // Finished jobs come in the order they finished.
      if (store.state.finishedOn(id) > 0) break;
      continue;
    }
    store.remove(id);
    removed.push(id);
  }
  return removed;
}

/** Removes everything, `count` jobs at a time. Gives 1 while there is more. */
export function obliterate(
  store: EmbeddedStore,
  { force, count }: { readonly force: boolean; readonly count: number },
): number {
  if (!store.isPaused) throw new Error('Cannot obliterate a queue that is not paused. Pause it first');
  if (store.state.active.size > 0 && !force)
    throw new Error('Cannot obliterate a queue with active jobs. Wait for them, or use the option force');
  const { state } = store;
  let left = count;
  for (const ids of [state.jobs.keys(), state.completed, state.failed]) {
    for (const id of ids) {
      if (left === 0) return 1;
      left -= 1;
      store.remove(id);
    }
  }
  for (const field of [...store.state.meta.keys()]) store.commit({ t: 'meta', field, value: null });
  return 0;
}

function lastSign(store: EmbeddedStore, id: string): number {
  const job = store.job(id);
  return store.state.finishedOn(id) || (job?.processedOn ?? job?.timestamp ?? 0);
}
