import type { CancelResult } from '@sandlot/engine';
import type { Backing } from '../backing/backing.js';
import { historyBudgetBytes } from '../event/event-log.js';
import { attemptNumber, type Ledger } from '../ledger/ledger.js';
import { requestCancel } from '../ledger/transitions.js';
import { updateLedger } from '../ledger/update-ledger.js';

/**
 * Cancels a job. One swap of its ledger decides: if nobody had the job it is cancelled from that moment on;
 * otherwise its worker is told, and finds the request at its next lock renewal even if it did not hear.
 */
export async function cancelJob(
  id: string,
  backing: Pick<Backing, 'producer' | 'announceCancel'>,
): Promise<CancelResult> {
  const at = new Date();
  const update = await updateLedger(
    backing.producer.ledgers,
    id,
    (ledger) => requestCancel(ledger, at.toISOString()),
    { durable: true },
  );
  if (update.kind === 'missing') return 'not-found';
  if (update.kind === 'finished') return update.ledger.claim === 'cancel' ? 'cancelled' : 'already-finished';
  if (update.value === 'requested') await backing.announceCancel(id);
  else await tellCancelled(id, update.ledger, at, backing);
  return update.value;
}

/** Repeated by a second canceller: if the first one died right after the swap, readers still hear of it. */
async function tellCancelled(
  id: string,
  ledger: Ledger,
  at: Date,
  { producer }: Pick<Backing, 'producer'>,
): Promise<void> {
  const attempt = attemptNumber(ledger);
  await Promise.all([
    producer.markEnded(id, { state: 'cancelled', at: at.getTime(), inQueue: true }),
    producer.events.append(id, {
      attempt,
      events: [
        {
          type: 'state',
          state: 'cancelled',
          at: ledger.cancelledAt ?? at.toISOString(),
          ...(attempt === 0 ? {} : { attempt }),
          outcome: { kind: 'cancelled' },
        },
      ],
      ends: true,
      budgetBytes: historyBudgetBytes(0),
    }),
  ]);
}
