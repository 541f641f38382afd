import type { JobRecord, JobResult, NewJob } from '@sandlot/engine';
import type { IQueueBackend, Job, Queue } from 'bullmq';
import type { LedgerStore } from '../ledger/update-ledger.js';
import { parseLedger } from '../ledger/ledger.js';
import { toRecord, type QueuedJob } from '../record/to-record.js';

/** BullMQ's queue and job as this library uses them: data is our job, the return value our result. */
export type BullQueue = Queue<
  NewJob,
  JobResult | null,
  string,
  NewJob,
  JobResult | null,
  string,
  IQueueBackend,
  object
>;
export type BullJob = Job<NewJob, JobResult | null>;

/** Name of the one queue, and of its jobs. */
export const QUEUE_NAME = 'jobs';

/** Reads jobs as records. */
export class JobReader {
  readonly #queue: BullQueue;
  readonly #ledgers: LedgerStore;

  constructor(queue: BullQueue, ledgers: LedgerStore) {
    this.#queue = queue;
    this.#ledgers = ledgers;
  }

  /**
   * The record is put together from three reads. Their order makes it consistent: a job seen finished has its
   * final ledger. Only "its attempt runs, yet nobody holds it" may be a job that just moved on, so that is
   * believed when seen twice.
   */
  async find(id: string): Promise<JobRecord | undefined> {
    let suspect: string | undefined;
    for (;;) {
      const [job, [text], isHeld] = await Promise.all([
        this.#queue.getJob(id),
        this.#ledgers.read([id]),
        this.#queue.getBackend().isJobInState('active', id),
      ]);
      if (job === undefined || text === undefined) return undefined;
      const seemsLost = job.finishedOn === undefined && !isHeld && parseLedger(text).claim === 'run';
      if (!seemsLost || suspect === text) return toRecord(toQueuedJob(job), text, isHeld);
      suspect = text;
    }
  }
}

export function toQueuedJob({ data, timestamp, finishedOn, failedReason, returnvalue }: BullJob): QueuedJob {
  return { data, timestamp, finishedOn, failedReason, returnvalue };
}
