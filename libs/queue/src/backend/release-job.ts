import { ErrorCode } from 'bullmq';
import type { EmbeddedStore } from '../embedded/embedded-store.js';
import type { StoredJob } from '../state/stored-job.js';
import { makeWait } from './lease-job.js';
import { transitionError } from './transition-error.js';

/** BullMQ's token for "whoever holds it". */
const ANY_TOKEN = '0';

/**
 * Takes an active job from the worker with this token, so that it can be moved.
 *
 * @throws {Error} with BullMQ's code if the job is gone, not active, or another's: the fence against old workers.
 */
export function takeFromWorker(store: EmbeddedStore, id: string, token: string, move: string): StoredJob {
  const job = store.job(id);
  if (!store.state.has(id)) throw transitionError(ErrorCode.JobNotExist, id, move);
  const lock = store.locks.get(id);
  if (token !== ANY_TOKEN && lock === undefined) throw transitionError(ErrorCode.JobLockNotExist, id, move);
  if (token !== ANY_TOKEN && lock !== token) throw transitionError(ErrorCode.JobLockMismatch, id, move);
  if (job?.state !== 'active') throw transitionError(ErrorCode.JobNotInState, id, move);
  store.locks.delete(id);
  return job;
}

/** Moves an active job back to where it came from. */
export function giveBack(
  store: EmbeddedStore,
  id: string,
  token: string,
  end: 'back' | 'front',
  also?: object,
): void {
  takeFromWorker(store, id, token, 'give back');
  makeWait(store, id, end, also);
}

/** Has an active job wait for `delayMs`. */
export function delayJob(
  store: EmbeddedStore,
  id: string,
  token: string,
  { now, delayMs, also }: { readonly now: number; readonly delayMs: number; readonly also: object },
): void {
  takeFromWorker(store, id, token, 'delay');
  const to = {
    ...also,
    state: 'delayed',
    order: store.state.nextOrder(),
    delay: delayMs,
    due: now + delayMs,
  } as const;
  store.commit({ t: 'set', id, to });
  store.tell('delayed', id, { delay: now + delayMs });
  store.wake();
}

/** Puts active jobs whose lock is gone in front of the queue. Gives their ids. */
export function recoverStalled(store: EmbeddedStore): string[] {
  const stalled = [...store.state.active].filter((id) => !store.locks.has(id));
  for (const id of stalled) {
    makeWait(store, id, 'front', { stalledCounter: (store.job(id)?.stalledCounter ?? 0) + 1 });
    store.tell('stalled', id);
  }
  return stalled;
}
