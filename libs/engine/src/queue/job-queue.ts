import type { JobEvent, JobState, OutputEvent } from '@sandlot/contract';
import type { JobRecord, JobResult, NewJob } from '../job/job-record.js';

/**
 * Ties a client's repeated request to one job. `key` is any text, the caller's to make unique (see `tenantKey`);
 * `fingerprint` is a digest of the request body.
 */
export interface IdempotencyKey {
  readonly key: string;
  readonly fingerprint: string;
}

export type ReserveResult =
  /** The id to use for the job: the one that was offered, or that of an earlier request whose job never came. */
  | { readonly kind: 'reserved'; readonly id: string }
  /** The key was used before with the same body: this is that job. */
  | { readonly kind: 'replayed'; readonly record: JobRecord }
  /** The key was used before with another body. */
  | { readonly kind: 'conflict' };

export type EnqueueResult =
  | { readonly kind: 'accepted'; readonly record: JobRecord }
  /** There was a job with this id: this is it, and nothing was added. */
  | { readonly kind: 'replayed'; readonly record: JobRecord };

/** `cancelled`: it never started and now never will. `requested`: it runs and is being killed. */
export type CancelResult = 'cancelled' | 'requested' | 'already-finished' | 'not-found';

/** An event with its place in the job's history; ids grow and serve as SSE `Last-Event-ID`. */
export interface StoredEvent {
  readonly id: string;
  readonly event: JobEvent;
}

/**
 * Port, the producer's and reader's side of the queue.
 *
 * Belongs here: durable acceptance, the state of every job, its events, cancellation, retry and recovery of
 * jobs whose worker died. Stays out: what a job runs, policy (`decideRetry` has it), large bytes (`JobStore`).
 * The adapter owns connections and files until `close`. Text that is no job's id (`isJobId`) finds nothing and
 * becomes part of no name.
 *
 * @throws {InfrastructureError} `queue-unavailable`, promptly, from every method while the queue is out of reach.
 */
export interface JobQueue {
  /**
   * Ties a key to a job's id before anything is stored under it. The first one wins, durably; until its job comes,
   * whoever repeats the request is given the same id, so that contents stored under it are the job's, whichever
   * request comes to enqueue it. A key is kept for 24 h at least. A reservation without a job lapses after 30 min,
   * and a key whose job is no longer kept is taken anew.
   */
  reserve(id: string, idempotency: IdempotencyKey): Promise<ReserveResult>;
  /**
   * Accepts a job, once per id. Durable once resolved: it survives `kill -9` of every process of ours.
   * `idempotency` is the key that `reserve` gave the id for: of many who enqueue it one is told `accepted`.
   *
   * @throws {InfrastructureError} `queue-unavailable` also if the reservation lapsed: reserve again.
   */
  enqueue(job: NewJob, idempotency?: IdempotencyKey): Promise<EnqueueResult>;
  find(id: string): Promise<JobRecord | undefined>;
  /** Idempotent. A terminal state never changes: if the payload finished first, its outcome stands. */
  cancel(id: string): Promise<CancelResult>;
  /**
   * All events of a job after the one with id `after` (default: from the beginning), then new ones as they
   * happen. Ends after the event of a terminal state, or when `signal` aborts. Empty for an unknown job.
   */
  events(
    id: string,
    options: { readonly after?: string; readonly signal: AbortSignal },
  ): AsyncIterable<StoredEvent>;
  /** How many jobs are in each state that the queue still holds. */
  counts(): Promise<Readonly<Partial<Record<JobState, number>>>>;
  /** Resolves if jobs could be accepted now. */
  ping(): Promise<void>;
  /** Starts to lease jobs, at most `concurrency` at a time. */
  consume(options: ConsumeOptions): Promise<JobConsumer>;
  close(): Promise<void>;
}

export interface ConsumeOptions {
  /** Name of this worker, in attempts and logs. */
  readonly worker: string;
  readonly concurrency: number;
  readonly handle: JobHandler;
  /** Told of failures that belong to no job (a lost connection, say); the app logs them. */
  readonly onError: (error: Error) => void;
}

/**
 * Runs one attempt. Returns the payload's end, whatever it was. Throws only when Sandlot failed; the adapter
 * then retries by `decideRetry`. After `signal` aborts with `lease-lost` its result is dropped.
 */
export type JobHandler = (lease: Lease) => Promise<JobResult>;

/** Why a lease ended early: the reason of `lease.signal`. */
export const LEASE_ENDS = ['cancelled', 'lease-lost', 'worker-draining'] as const;
export type LeaseEnd = (typeof LEASE_ENDS)[number];

/** A job in the hands of one worker, for one attempt. */
export interface Lease {
  readonly record: JobRecord;
  /** 1 for the first try. Grows with each lease: the fencing token of this one. */
  readonly attempt: number;
  /** Aborts with a `LeaseEnd` as reason. The handler kills the cell first and settles soon. */
  readonly signal: AbortSignal;
  /** Tells readers that the payload runs: state `running`. */
  started(): void;
  /** Tells readers of output. Never blocks the payload; readers that lag catch up from the history. */
  publish(event: OutputEvent): void;
}

/** A running consumer, owned by the worker app. */
export interface JobConsumer {
  /**
   * Leases nothing more, waits up to `graceMs` for running jobs, then aborts the rest with `worker-draining`
   * (they are queued again and do not count as failed attempts).
   */
  close(options: { readonly graceMs: number }): Promise<void>;
}
