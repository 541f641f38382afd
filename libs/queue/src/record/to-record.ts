import type { JobState } from '@sandlot/contract';
import { terminalState, type JobRecord, type JobResult, type NewJob } from '@sandlot/engine';
import { parseLedger, type Ledger } from '../ledger/ledger.js';

/** What BullMQ keeps of a job, as far as a record needs it. */
export interface QueuedJob {
  readonly data: NewJob;
  /** Time of acceptance, ms since the epoch. */
  readonly timestamp: number;
  readonly finishedOn?: number | undefined;
  readonly failedReason?: string | undefined;
  /** null: completed without a run, because it was cancelled. */
  readonly returnvalue?: JobResult | null;
}

/**
 * A job's record, from BullMQ's job and Sandlot's ledger. `isHeld` says whether BullMQ has the job in `active`:
 * an attempt whose worker died waits in the queue while its ledger still says `run`.
 */
export function toRecord(job: QueuedJob, ledgerText: string, isHeld: boolean): JobRecord {
  const ledger = parseLedger(ledgerText);
  const { data, timestamp, finishedOn, returnvalue } = job;
  const { state, reason } = stateOf(job, ledger, isHeld);
  const finishedAt = ledger.cancelledAt ?? (finishedOn === undefined ? undefined : toTime(finishedOn));
  const startedAt = state === 'queued' ? undefined : ledger.attempts.at(-1)?.startedAt;
  return {
    ...data,
    state,
    ...(reason === undefined ? {} : { reason }),
    queuedAt: toTime(timestamp),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(finishedAt === undefined ? {} : { finishedAt }),
    cancelRequested: ledger.cancelRequested,
    attempts: finishedAt === undefined ? ledger.attempts : endAttempts(ledger, finishedAt),
    ...(finishedOn === undefined || !returnvalue ? {} : { result: returnvalue }),
  };
}

/** The record of a job that was accepted this moment. */
export function newRecord(job: NewJob, timestamp: number): JobRecord {
  return toRecord({ data: job, timestamp }, '', false);
}

function stateOf(
  { finishedOn, failedReason, returnvalue }: QueuedJob,
  { claim, running, reason }: Ledger,
  isHeld: boolean,
): { readonly state: JobState; readonly reason?: string | undefined } {
  if (claim === 'cancel') return { state: 'cancelled' };
  if (finishedOn !== undefined) {
    if (returnvalue) return { state: terminalState(returnvalue.outcome) };
    return { state: 'dead', reason: failedReason };
  }
  if (claim === 'free') return { state: 'queued', reason };
  if (!isHeld) return { state: 'queued', reason: 'Its worker was lost; it waits for another one' };
  return { state: running ? 'running' : 'starting' };
}

/** The last attempt of a job that has a result ended with the job: that spares a write of its own. */
function endAttempts({ attempts }: Ledger, finishedAt: string): Ledger['attempts'] {
  return attempts.map((attempt) =>
    attempt.endedAt === undefined ? { ...attempt, endedAt: finishedAt } : attempt,
  );
}

function toTime(ms: number): string {
  return new Date(ms).toISOString();
}
