import type { Attempt } from '@sandlot/contract';

/**
 * What Sandlot notes of a job beside BullMQ's own fields. It is one more field of the BullMQ job, so it lives and
 * dies with it, and it only ever changes by compare-and-swap (`updateLedger`).
 *
 * `claim` decides every race for a job: `free` (it waits), `run` (the last attempt has it), `cancel` (cancelled
 * for good, no worker will start it). Whoever swaps `free` away has won.
 */
export interface Ledger {
  readonly claim: 'free' | 'run' | 'cancel';
  /** The payload runs: `started()` was called in the attempt that has the claim. */
  readonly running: boolean;
  readonly cancelRequested: boolean;
  readonly attempts: readonly Attempt[];
  /** Why the job waits again. */
  readonly reason?: string;
  /** When it was cancelled without a result. RFC 3339. */
  readonly cancelledAt?: string;
}

/** The ledger of a job nobody has touched; kept as the empty text. */
export const BLANK: Ledger = { claim: 'free', running: false, cancelRequested: false, attempts: [] };

/** Number of the last attempt, 0 before the first. */
export function attemptNumber(ledger: Ledger): number {
  return ledger.attempts.at(-1)?.number ?? 0;
}

export function parseLedger(text: string): Ledger {
  // Only `formatLedger` writes this field.
  return text === '' ? BLANK : (JSON.parse(text) as Ledger);
}

export function formatLedger(ledger: Ledger): string {
  return ledger === BLANK ? '' : JSON.stringify(ledger);
}
