import { MAX_WORKER_DEATHS } from '@sandlot/engine';
import { describe, expect, it } from 'vitest';
import { BLANK, formatLedger, parseLedger, type Ledger } from './ledger.js';
import { beginAttempt, endAttempt, markRunning, requestCancel } from './transitions.js';

const at = '2026-01-01T00:00:00.000Z';
const later = '2026-01-01T00:00:09.000Z';
const begin = (ledger: Ledger) => beginAttempt(ledger, { worker: 'w', at, random: 0.5 });
const fail = (ledger: Ledger, attempt: number, code = 'sandbox-lost') =>
  endAttempt(ledger, { attempt, at: later, cause: { code, message: 'why' }, random: 0.5 });
const running = begin(BLANK).ledger;

describe('a ledger', () => {
  it('keeps an untouched job as the empty text, and everything else as it is', () => {
    expect(formatLedger(BLANK)).toBe('');
    expect(parseLedger('')).toBe(BLANK);
    expect(parseLedger(formatLedger(running))).toEqual(running);
  });
});

describe('beginAttempt', () => {
  it('gives a waiting job to the worker as the next attempt', () => {
    expect(begin(BLANK)).toEqual({
      ledger: {
        claim: 'run',
        running: false,
        cancelRequested: false,
        attempts: [{ number: 1, worker: 'w', startedAt: at }],
      },
      value: { kind: 'leased', attempt: 1, lost: false },
    });
  });

  it('does not give away a cancelled job', () => {
    const cancelled = requestCancel(BLANK, at).ledger;
    expect(begin(cancelled)).toEqual({ ledger: cancelled, value: { kind: 'cancelled' } });
  });

  it('holds the worker of an attempt without end to be lost', () => {
    const { ledger, value } = begin(running);
    expect(value).toEqual({ kind: 'leased', attempt: 2, lost: true });
    expect(ledger.attempts[0]).toMatchObject({ number: 1, endedAt: at, cause: { code: 'worker-lost' } });
  });

  it('cancels a job whose worker died before it could honour the request', () => {
    const { ledger, value } = begin(requestCancel(running, at).ledger);
    expect(value).toEqual({ kind: 'cancelled' });
    expect(ledger).toMatchObject({ claim: 'cancel', cancelledAt: at });
    expect(ledger.attempts).toHaveLength(1);
  });

  it(`gives a job up after ${MAX_WORKER_DEATHS} lost workers, and keeps its claim so that nobody cancels it`, () => {
    let { ledger } = begin(BLANK);
    for (let death = 1; death < MAX_WORKER_DEATHS; death += 1) ({ ledger } = begin(ledger));
    const given = begin(ledger);
    expect(given.value.kind).toBe('dead');
    expect(given.ledger.claim).toBe('run');
    expect(requestCancel(given.ledger, at).value).toBe('requested');
  });
});

describe('endAttempt', () => {
  it('frees the job for its next try and says why it waits', () => {
    const { ledger, value } = fail(running, 1);
    expect(value).toEqual({ kind: 'retry', delayMs: 500, reason: 'Attempt 1 ended by sandbox-lost: why' });
    expect(ledger).toMatchObject({ claim: 'free', reason: 'Attempt 1 ended by sandbox-lost: why' });
    expect(ledger.attempts[0]).toMatchObject({ endedAt: later, cause: { code: 'sandbox-lost' } });
    expect(begin(ledger).ledger.reason).toBeUndefined();
  });

  it('costs nothing and waits for nothing when the worker only shuts down', () => {
    let ledger = running;
    for (let attempt = 1; attempt < 20; attempt += 1) {
      const ended = fail(ledger, attempt, 'worker-draining');
      expect(ended.value).toMatchObject({ kind: 'retry', delayMs: 0 });
      ({ ledger } = begin(ended.ledger));
    }
  });

  it('cancels the job if somebody asked for it meanwhile', () => {
    const { ledger, value } = fail(requestCancel(running, at).ledger, 1);
    expect(value).toEqual({ kind: 'cancelled' });
    expect(ledger.claim).toBe('cancel');
  });

  it('has no say once another attempt has the job', () => {
    const { ledger } = begin(running);
    expect(fail(ledger, 1)).toEqual({ ledger, value: { kind: 'superseded' } });
    expect(markRunning(ledger, 1)).toEqual({ ledger, value: false });
    expect(markRunning(ledger, 2)).toMatchObject({ ledger: { running: true }, value: true });
  });
});

describe('requestCancel', () => {
  it('wins a waiting job, once and for all', () => {
    const { ledger, value } = requestCancel(BLANK, at);
    expect(value).toBe('cancelled');
    expect(requestCancel(ledger, later)).toEqual({ ledger, value: 'cancelled' });
  });

  it('wins a job that waits for its next try', () => {
    expect(requestCancel(fail(running, 1).ledger, later).value).toBe('cancelled');
  });

  it('is noted when an attempt has the job', () => {
    expect(requestCancel(running, at)).toMatchObject({
      ledger: { claim: 'run', cancelRequested: true },
      value: 'requested',
    });
  });
});
