import type { JobJson } from 'bullmq';
import type { StoredJob } from '../state/stored-job.js';

/** A stored job the way BullMQ reads it. */
export function toJobJson(job: StoredJob): JobJson {
  const { id, name, data, opts, timestamp, priority, delay, progress, failedReason = '', returnvalue } = job;
  return {
    id,
    name,
    data,
    opts,
    timestamp,
    priority,
    delay,
    progress,
    failedReason,
    attemptsMade: job.attemptsMade,
    attemptsStarted: job.attemptsStarted,
    stalledCounter: job.stalledCounter,
    // BullMQ takes a missing value for "none"; its type says string.
    returnvalue: returnvalue as string,
    ...(job.finishedOn === undefined ? {} : { finishedOn: job.finishedOn }),
    ...(job.processedOn === undefined ? {} : { processedOn: job.processedOn }),
    ...(job.processedBy === undefined ? {} : { processedBy: job.processedBy }),
    ...(job.stacktrace === undefined ? {} : { stacktrace: job.stacktrace }),
  };
}
