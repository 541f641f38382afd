import type { JobState } from '@sandlot/contract';
import type { JobProgress, JobsOptions } from 'bullmq';

export const QUEUE_STATES = ['waiting', 'prioritized', 'delayed', 'active', 'completed', 'failed'] as const;
export type QueueState = (typeof QUEUE_STATES)[number];

/** A job as the embedded backend keeps it: BullMQ's fields, where it stands, and Sandlot's ledger. */
export interface StoredJob {
  readonly id: string;
  readonly name: string;
  /** JSON, as BullMQ hands it over. */
  data: string;
  opts: JobsOptions;
  readonly timestamp: number;
  state: QueueState;
  /** Place among jobs of its state: smaller is sooner. */
  order: number;
  priority: number;
  delay: number;
  /** When a delayed job may run, ms since the epoch. */
  due: number;
  attemptsMade: number;
  attemptsStarted: number;
  stalledCounter: number;
  progress: JobProgress;
  processedOn?: number;
  processedBy?: string;
  finishedOn?: number;
  failedReason?: string;
  stacktrace?: string;
  /** JSON. */
  returnvalue?: string;
  /** See `Ledger`. */
  ledger: string;
  /** The terminal state of Sandlot's job, if it has one. */
  endState?: JobState;
  /** The idempotency key that stands for this job, once that is noted. It lives as long as the job. */
  key?: JobKey;
}

/** See `KeyRecord`. */
export interface JobKey {
  readonly name: string;
  readonly fingerprint: string;
  readonly reservedAt: number;
}

/** Changes of a job; null takes a field away. */
export type JobChange = {
  -readonly [K in keyof Omit<StoredJob, 'id' | 'name' | 'timestamp'>]?: StoredJob[K] | null;
};
