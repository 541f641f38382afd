import type { Attempt } from '@sandlot/contract';
import { decideRetry, INFRASTRUCTURE_CODES, type InfrastructureCode } from '@sandlot/engine';
import { attemptNumber, type Ledger } from './ledger.js';

/** A changed ledger and what the change means. Pure: the same ledger gives the same step. */
export interface Step<T> {
  readonly ledger: Ledger;
  readonly value: T;
}

export type Begun =
  /** `lost`: the attempt before this one never ended, its worker died. */
  | { readonly kind: 'leased'; readonly attempt: number; readonly lost: boolean }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'dead'; readonly reason: string };

/** A worker that holds the lock asks to start the next attempt. */
export function beginAttempt(
  ledger: Ledger,
  { worker, at, random }: { readonly worker: string; readonly at: string; readonly random: number },
): Step<Begun> {
  if (ledger.claim === 'cancel') return { ledger, value: { kind: 'cancelled' } };
  const lost = ledger.attempts.at(-1)?.endedAt === undefined && ledger.attempts.length > 0;
  const closed = lost ? closeAttempt(ledger, at, LOST) : ledger;
  if (closed.cancelRequested) return { ledger: toCancelled(closed, at), value: { kind: 'cancelled' } };
  const verdict = failures(closed).length > 0 ? decideRetry(failures(closed), random) : undefined;
  if (verdict?.kind === 'dead') return { ledger: closed, value: verdict };
  const attempt = attemptNumber(closed) + 1;
  const { reason: _, ...rest } = closed;
  return {
    ledger: {
      ...rest,
      claim: 'run',
      running: false,
      attempts: [...closed.attempts, { number: attempt, worker, startedAt: at }],
    },
    value: { kind: 'leased', attempt, lost },
  };
}

/** The payload of `attempt` runs. Changes nothing once another attempt has the job. */
export function markRunning(ledger: Ledger, attempt: number): Step<boolean> {
  const holds = holdsClaim(ledger, attempt);
  return { ledger: holds ? { ...ledger, running: true } : ledger, value: holds };
}

export type Ended =
  | { readonly kind: 'retry'; readonly delayMs: number; readonly reason: string }
  | { readonly kind: 'dead'; readonly reason: string }
  | { readonly kind: 'cancelled' }
  /** Another attempt has the job by now; this one has no say. */
  | { readonly kind: 'superseded' };

/** Sandlot failed in `attempt`. On `retry` the job is free again, so that it can be cancelled while it waits. */
export function endAttempt(
  ledger: Ledger,
  {
    attempt,
    at,
    cause,
    random,
  }: {
    readonly attempt: number;
    readonly at: string;
    /** Undefined: it ended because it was cancelled, by nobody's fault. */
    readonly cause: Cause | undefined;
    readonly random: number;
  },
): Step<Ended> {
  if (!holdsClaim(ledger, attempt)) return { ledger, value: { kind: 'superseded' } };
  const closed = closeAttempt(ledger, at, cause);
  if (closed.cancelRequested) return { ledger: toCancelled(closed, at), value: { kind: 'cancelled' } };
  const verdict = decideRetry(failures(closed), random);
  // A dead job keeps its claim: between here and its last move nobody may cancel it.
  if (verdict.kind === 'dead') return { ledger: { ...closed, running: false }, value: verdict };
  const reason = retryReason(closed);
  return {
    ledger: { ...closed, claim: 'free', running: false, reason },
    value: { kind: 'retry', delayMs: verdict.delayMs, reason },
  };
}

/** Somebody wants the job cancelled. `cancelled`: it will never start. `requested`: an attempt has it. */
export function requestCancel(ledger: Ledger, at: string): Step<'cancelled' | 'requested'> {
  if (ledger.claim === 'cancel') return { ledger, value: 'cancelled' };
  if (ledger.claim === 'free') return { ledger: toCancelled(ledger, at), value: 'cancelled' };
  return { ledger: { ...ledger, cancelRequested: true }, value: 'requested' };
}

/** Why the job waits again, from its last attempt. */
export function retryReason(ledger: Ledger): string {
  const { number, cause } = ledger.attempts.at(-1) ?? {};
  return `Attempt ${number} ended by ${cause?.code}: ${cause?.message}`;
}

export type Cause = NonNullable<Attempt['cause']>;

const LOST: Cause = {
  code: 'worker-lost',
  message: 'the worker stopped renewing its lease, so it is held to be dead',
};

function toCancelled(ledger: Ledger, at: string): Ledger {
  const { reason: _, ...rest } = ledger;
  return { ...rest, claim: 'cancel', running: false, cancelRequested: true, cancelledAt: at };
}

function holdsClaim(ledger: Ledger, attempt: number): boolean {
  return ledger.claim === 'run' && attemptNumber(ledger) === attempt;
}

function closeAttempt(ledger: Ledger, endedAt: string, cause: Cause | undefined): Ledger {
  const last = ledger.attempts.at(-1);
  if (last === undefined || last.endedAt !== undefined) return ledger;
  const closed: Attempt = { ...last, endedAt, ...(cause === undefined ? {} : { cause }) };
  return { ...ledger, attempts: [...ledger.attempts.slice(0, -1), closed] };
}

function failures(ledger: Ledger): readonly InfrastructureCode[] {
  return ledger.attempts.flatMap(({ cause }) => INFRASTRUCTURE_CODES.filter((code) => code === cause?.code));
}
