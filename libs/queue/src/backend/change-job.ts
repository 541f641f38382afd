import { ErrorCode } from 'bullmq';
import type { EmbeddedStore } from '../embedded/embedded-store.js';
import type { JobChange, QueueState, StoredJob } from '../state/stored-job.js';
import type { FinishedState } from './finish-job.js';
import { makeWait } from './lease-job.js';
import { transitionError } from './transition-error.js';

/** The job with this id. @throws {Error} with BullMQ's code if there is none, or it is in none of `states`. */
export function requireJob(
  store: EmbeddedStore,
  id: string,
  move: string,
  states?: readonly QueueState[],
): StoredJob {
  const job = store.job(id);
  if (job === undefined)
    throw transitionError(store.state.has(id) ? ErrorCode.JobNotInState : ErrorCode.JobNotExist, id, move);
  if (states?.includes(job.state) === false) throw transitionError(ErrorCode.JobNotInState, id, move);
  return job;
}

/** Has a finished job wait again, its end forgotten. */
export function retryFinished(
  store: EmbeddedStore,
  id: string,
  state: FinishedState,
  also: JobChange = {},
): void {
  const job = requireJob(store, id, 'retry', [state]);
  makeWait(store, id, job.opts.lifo === true ? 'front' : 'back', {
    ...also,
    finishedOn: null,
    processedOn: null,
    returnvalue: null,
    failedReason: null,
    endState: null,
    ledger: '',
  });
}

export function changeDelay(store: EmbeddedStore, id: string, delay: number): void {
  requireJob(store, id, 'change the delay of', ['delayed']);
  store.commit({ t: 'set', id, to: { delay, due: Date.now() + delay } });
  store.wake();
}

export function changePriority(store: EmbeddedStore, id: string, priority: number, lifo: boolean): void {
  const { state } = requireJob(store, id, 'change the priority of');
  store.commit({ t: 'set', id, to: { priority } });
  if (state === 'waiting' || state === 'prioritized') makeWait(store, id, lifo ? 'front' : 'back');
}
