import { attemptNumber, parseLedger } from '../ledger/ledger.js';
import type { QueueState } from '../state/queue-state.js';

/**
 * Takes away the locks of leases that a failed write has undone: a job keeps its worker if disk and memory agree
 * that the same attempt of it runs. The others' workers hear of it at their next renewal, or when they hand in a
 * result, which is refused then; their jobs are leased again.
 */
export function keepLocks(locks: Map<string, string>, before: QueueState, after: QueueState): void {
  for (const id of locks.keys()) {
    const attempt = after.active.has(id) ? runningAttempt(after, id) : undefined;
    if (attempt === undefined || attempt !== runningAttempt(before, id)) locks.delete(id);
  }
}

/** Number of the attempt that has a job, if one has. */
function runningAttempt(state: QueueState, id: string): number | undefined {
  const job = state.jobs.get(id);
  const ledger = parseLedger(job?.ledger ?? '');
  return job !== undefined && ledger.claim === 'run' ? attemptNumber(ledger) : undefined;
}
