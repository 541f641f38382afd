import type { JobQueue } from '@sandlot/engine';

/** What a suite asks of the queue it opens; short times, so that it need not wait long. */
export interface HarnessOptions {
  readonly lockMs: number;
  readonly stalledCheckMs: number;
  /** Spreads retries; 0 has them at once. */
  readonly random: () => number;
  readonly retention?: { readonly ageMs?: number; readonly count?: number };
  readonly onError: (error: Error) => void;
}

/** A queue under test, empty at first. */
export interface OpenedQueue {
  readonly queue: JobQueue;
  /** Takes a leased job's lock away, as happens to a worker that was silent for too long. */
  readonly loseLock: (jobId: string) => Promise<void>;
  /** Closes the queue and leaves nothing behind. */
  readonly destroy: () => Promise<void>;
}

/** Opens queues of one kind. */
export type OpenQueue = (options: HarnessOptions) => Promise<OpenedQueue>;
