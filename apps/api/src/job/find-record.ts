import { isTerminal } from '@sandlot/contract';
import type { JobQueue, JobRecord } from '@sandlot/engine';
import { jobNotFound } from '../problem/refusal.js';

const JOB_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether text has the form of a job's id (UUID). What has not is never asked of queue or store. */
export function isJobId(text: string): boolean {
  return JOB_ID.test(text);
}

/** The record of a job. @throws {Refusal} `job-not-found`. */
export async function findRecord(queue: Pick<JobQueue, 'find'>, id: string): Promise<JobRecord> {
  const record = isJobId(id) ? await queue.find(id) : undefined;
  if (record === undefined) throw jobNotFound(id);
  return record;
}

/** Whether a job is in a state that never changes again. */
export async function hasEnded(queue: Pick<JobQueue, 'find'>, id: string): Promise<boolean> {
  const record = await queue.find(id);
  return record !== undefined && isTerminal(record.state);
}
