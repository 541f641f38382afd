import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { INFRASTRUCTURE_CODES, type InfrastructureCode } from '../error/infrastructure-error.js';
import { decideRetry, MAX_ATTEMPTS, MAX_WORKER_DEATHS } from './decide-retry.js';

const LONGEST_DELAY_MS = 60_000;

const codes = fc.constantFrom(...INFRASTRUCTURE_CODES);
const counted = fc.constantFrom(...INFRASTRUCTURE_CODES.filter((code) => code !== 'worker-draining'));
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const times = (count: number, code: InfrastructureCode) => Array.from({ length: count }, () => code);

describe('decideRetry', () => {
  it.each([
    [1, 999],
    [2, 1999],
    [3, 3999],
  ])('waits up to twice as long after each failure: failure %d, %d ms', (failures, longest) => {
    expect(decideRetry(times(failures, 'sandbox-lost'), 0.9999)).toEqual({ kind: 'retry', delayMs: longest });
    expect(decideRetry(times(failures, 'sandbox-lost'), 0)).toEqual({ kind: 'retry', delayMs: 0 });
  });

  it('gives a job up after its last attempt, and says why', () => {
    expect(decideRetry(times(MAX_ATTEMPTS, 'store-unavailable'), 0)).toEqual({
      kind: 'dead',
      reason: 'Sandlot failed 4 times, last: store-unavailable; see its attempts',
    });
  });

  it('gives a job up earlier if workers die over it', () => {
    expect(decideRetry(times(MAX_WORKER_DEATHS, 'worker-lost'), 0)).toEqual({
      kind: 'dead',
      reason: '3 workers were lost while they ran this job; see its attempts',
    });
  });

  it('does not count a worker that drained', () => {
    const failures = [...times(3, 'sandbox-lost'), ...times(50, 'worker-draining')];
    expect(decideRetry(failures, 0.5)).toEqual({ kind: 'retry', delayMs: 0 });
    expect(decideRetry([...failures, 'sandbox-lost'], 0.5).kind).toBe('dead');
  });

  it('always decides, and never waits longer than a minute', () => {
    fc.assert(
      fc.property(fc.array(codes), random, (failures, chance) => {
        const decision = decideRetry(failures, chance);
        if (decision.kind === 'dead') return;
        expect(Number.isInteger(decision.delayMs)).toBe(true);
        expect(decision.delayMs).toBeGreaterThanOrEqual(0);
        expect(decision.delayMs).toBeLessThan(LONGEST_DELAY_MS);
      }),
    );
  });

  it('retries before the last attempt and never after it, whatever failed', () => {
    fc.assert(
      fc.property(fc.array(counted, { minLength: 1 }), random, (failures, chance) => {
        const deaths = failures.filter((code) => code === 'worker-lost').length;
        const isOver = failures.length >= MAX_ATTEMPTS || deaths >= MAX_WORKER_DEATHS;
        expect(decideRetry(failures, chance).kind).toBe(isOver ? 'dead' : 'retry');
      }),
    );
  });

  it('is not swayed by drained workers in between', () => {
    fc.assert(
      fc.property(fc.array(codes), counted, random, (before, latest, chance) => {
        const without = before.filter((code) => code !== 'worker-draining');
        expect(decideRetry([...before, latest], chance)).toEqual(decideRetry([...without, latest], chance));
      }),
    );
  });
});
