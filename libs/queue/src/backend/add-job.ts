import { randomUUID } from 'node:crypto';
import type { JobJson, ParentKeyOpts } from 'bullmq';
import type { EmbeddedStore } from '../embedded/embedded-store.js';
import type { StoredJob } from '../state/stored-job.js';
import { unsupported } from './unsupported.js';

/** Adds a job where its options want it. A job with this id is left as it is. Gives the id; durable after `durable`. */
export function addJob(
  store: EmbeddedStore,
  json: JobJson,
  jobId: string | undefined,
  parent?: ParentKeyOpts,
): string {
  if (parent?.parentKey !== undefined || parent?.addToWaitingChildren === true) throw unsupported('flows');
  if (json.deduplicationId !== undefined) throw unsupported('deduplication');
  if (json.repeatJobKey !== undefined) throw unsupported('job schedulers');
  const id = jobId ?? randomUUID();
  if (store.state.has(id)) return id;
  const job = place(store, json, id);
  store.commit({ t: 'job', job });
  store.tell('added', id, { name: job.name });
  store.tell(job.state === 'delayed' ? 'delayed' : 'waiting', id);
  store.wake();
  return id;
}

function place(
  { state }: EmbeddedStore,
  { name, data, opts, timestamp, progress }: JobJson,
  id: string,
): StoredJob {
  const { delay = 0, priority = 0, lifo = false } = opts;
  return {
    id,
    name,
    data,
    opts,
    timestamp,
    state: delay > 0 ? 'delayed' : priority > 0 ? 'prioritized' : 'waiting',
    order: lifo ? state.frontOrder() : state.nextOrder(),
    priority,
    delay,
    due: delay > 0 ? timestamp + delay : 0,
    attemptsMade: 0,
    attemptsStarted: 0,
    stalledCounter: 0,
    progress,
    ledger: '',
  };
}
