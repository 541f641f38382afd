import { isJobId, isTerminal } from '@sandlot/contract';
import type { JobQueue, JobRecord } from '@sandlot/engine';
import { mayLookAt, type Caller } from '../keys/access.js';
import { jobNotFound } from '../problem/refusal.js';

/**
 * The record of a job that the caller may look at.
 *
 * @throws {Refusal} `job-not-found`, the same for a job of another tenant as for none: ids tell nothing.
 */
export async function findRecord(
  queue: Pick<JobQueue, 'find'>,
  id: string,
  caller: Caller,
): Promise<JobRecord> {
  const record = isJobId(id) ? await queue.find(id) : undefined;
  if (record === undefined || !mayLookAt(caller, record)) throw jobNotFound(id);
  return record;
}

/** Whether a job is in a state that never changes again. */
export async function hasEnded(queue: Pick<JobQueue, 'find'>, id: string): Promise<boolean> {
  const record = await queue.find(id);
  return record !== undefined && isTerminal(record.state);
}
