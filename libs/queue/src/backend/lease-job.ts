import type { EmbeddedStore } from '../embedded/embedded-store.js';
import { toJobJson } from './to-job-json.js';

/** BullMQ's answer to a worker: the job or null, its id, a rate limit in ms, and when the next delayed job is due. */
export type NextJob = [ReturnType<typeof toJobJson> | null, string, number, number];

/** Makes due delayed jobs wait, then gives the first job to the worker with this token. */
export function leaseNextJob(store: EmbeddedStore, token: string, worker: string | undefined): NextJob {
  store.durableState.check();
  promoteDueJobs(store);
  if (store.isPaused || store.isMaxed) return [null, '', 0, 0];
  const { waiting, prioritized, delayed } = store.state;
  const id = (waiting.first ?? prioritized.first)?.id;
  const job = id === undefined ? undefined : store.job(id);
  if (job === undefined) return [null, '', 0, delayed.first?.key ?? 0];
  const to = {
    state: 'active',
    processedOn: Date.now(),
    attemptsStarted: job.attemptsStarted + 1,
    ...(worker === undefined ? {} : { processedBy: worker }),
  } as const;
  store.commit({ t: 'set', id: job.id, to });
  store.locks.set(job.id, token);
  store.tell('active', job.id, { prev: 'waiting' });
  return [toJobJson(job), job.id, 0, 0];
}

/** Whether a worker would get a job now. */
export function hasJob(store: EmbeddedStore): boolean {
  if (store.isPaused || store.isMaxed) return false;
  const { waiting, prioritized } = store.state;
  return waiting.size + prioritized.size > 0 || msToDue(store) === 0;
}

/** Time until the next delayed job is due, in ms; Infinity if there is none. */
export function msToDue({ state: { delayed } }: EmbeddedStore): number {
  return delayed.first === undefined ? Infinity : Math.max(0, delayed.first.key - Date.now());
}

function promoteDueJobs(store: EmbeddedStore): void {
  const now = Date.now();
  const { delayed } = store.state;
  for (let first = delayed.first; first !== undefined && first.key <= now; first = delayed.first)
    makeWait(store, first.id, 'back');
}

/** Puts a job among those that can be leased, behind or before its equals. */
export function makeWait(store: EmbeddedStore, id: string, end: 'back' | 'front', also: object = {}): void {
  const { state } = store;
  const priority = store.job(id)?.priority ?? 0;
  const order = end === 'back' ? state.nextOrder() : state.frontOrder();
  const to = { ...also, state: priority > 0 ? 'prioritized' : 'waiting', order, delay: 0, due: 0 } as const;
  store.commit({ t: 'set', id, to });
  store.tell('waiting', id);
  store.wake();
}
