import type { KeepJobs } from 'bullmq';
import type { FinishedState } from '../archive/archive-row.js';
import type { EmbeddedStore } from '../embedded/embedded-store.js';
import type { JobChange } from '../state/stored-job.js';
import { takeFromWorker } from './release-job.js';

export type { FinishedState };

export interface Finish {
  readonly state: FinishedState;
  readonly token: string;
  readonly keep: KeepJobs | undefined;
  /** Return value or reason, and what else changes. */
  readonly to: JobChange;
}

/** Ends an active job. Gives the time noted. */
export function finishJob(store: EmbeddedStore, id: string, { state, token, keep, to }: Finish): number {
  const job = takeFromWorker(store, id, token, 'finish');
  const finishedOn = Date.now();
  store.commit({ t: 'set', id, to: { ...to, state, finishedOn, attemptsMade: job.attemptsMade + 1 } });
  const { returnvalue = null, failedReason = null } = to;
  store.tell(state, id, {
    prev: 'active',
    ...(returnvalue === null ? {} : { returnvalue }),
    ...(failedReason === null ? {} : { failedReason }),
  });
  if (keep !== undefined) forgetFinished(store, state, keep);
  return finishedOn;
}

/** Removes what is beyond the retention of BullMQ's `KeepJobs`, oldest first. */
function forgetFinished(store: EmbeddedStore, state: FinishedState, keep: KeepJobs): void {
  const ids = store.state[state];
  const oldest = 'age' in keep ? Date.now() - keep.age * 1000 : -Infinity;
  const most = keep.count ?? Infinity;
  for (const id of ids) {
    const isOld = store.state.finishedOn(id) <= oldest;
    if (!isOld && ids.size <= most) return;
    store.remove(id);
  }
}

/** BullMQ's forms of "how many to keep" in one: `true` keeps none, a number so many, nothing all. */
export function toKeepJobs(
  wanted: boolean | number | KeepJobs | undefined,
  fallback: KeepJobs | undefined,
): KeepJobs | undefined {
  if (wanted === undefined) return fallback;
  if (typeof wanted === 'object') return wanted;
  if (typeof wanted === 'number') return wanted < 0 ? undefined : { count: wanted };
  return wanted ? { count: 0 } : undefined;
}
