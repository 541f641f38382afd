import type { JobResult } from '@sandlot/engine';
import type { Link } from '../backing/backing.js';
import { historyBudgetBytes } from '../event/event-log.js';
import { endEvent } from '../event/state-events.js';
import { attemptNumber, formatLedger, type Ledger } from '../ledger/ledger.js';
import { toQueuedJob, type BullJob } from '../queue/job-reader.js';
import { toRecord } from '../record/to-record.js';

/**
 * Tells readers, and the counts, that a job has ended. Called once BullMQ has it as ended; should the process die
 * before, readers find out from the record.
 */
export async function tellEnd(
  job: BullJob,
  end: { readonly ledger: Ledger; readonly result?: JobResult | null; readonly failedReason?: string },
  link: Pick<Link, 'events' | 'markEnded'>,
): Promise<void> {
  const at = job.finishedOn ?? Date.now();
  const { ledger, result, failedReason } = end;
  const record = toRecord(
    { ...toQueuedJob(job), finishedOn: at, failedReason, returnvalue: result ?? null },
    formatLedger(ledger),
    true,
  );
  await Promise.all([
    link.events.append(record.id, {
      attempt: attemptNumber(ledger),
      events: [endEvent(record)],
      ends: true,
      budgetBytes: historyBudgetBytes(record.spec.limits.outputBytes),
    }),
    link.markEnded(record.id, { state: record.state, at, inQueue: false }),
  ]);
}
