import type { JobEvent } from '@sandlot/contract';
import type { StoredEvent } from '@sandlot/engine';
import type { EventId } from './event-id.js';

/** Events of one attempt to be added to a job's history, in order. */
export interface EventBatch {
  readonly attempt: number;
  readonly events: readonly JobEvent[];
  /** The last one is the event of a terminal state: nothing follows it. */
  readonly ends: boolean;
  /** Bytes of history kept for this job; the oldest go first. */
  readonly budgetBytes: number;
}

/** Writes to the histories of jobs. */
export interface EventWriter {
  /**
   * Adds events behind the newest one and wakes readers. Without effect if a later attempt or the end is
   * already written: an old worker cannot change history.
   */
  append(id: string, batch: EventBatch): Promise<void>;
}

/** Reads the histories of jobs. They are bounded and forget; records can rebuild their essence. */
export interface EventReader {
  /** At most `limit` events after `after`, oldest first. */
  read(id: string, after: EventId, limit: number): Promise<readonly StoredEvent[]>;
  /** Whether the event of a terminal state is written and still kept. */
  hasEnd(id: string): Promise<boolean>;
  /** Calls `wake` when there may be something new. Resolves once nothing can be missed any more. */
  watch(id: string, wake: () => void): Promise<() => void>;
}

/** How much history a job may have: both outputs as JSON, plus its states. */
export function historyBudgetBytes(outputBytes: number): number {
  return 4 * outputBytes + 256 * 1024;
}
