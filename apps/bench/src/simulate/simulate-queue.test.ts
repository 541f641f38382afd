import { describe, expect, it } from 'vitest';
import { FreeTimes } from './free-times.js';
import { simulateQueue, type Scenario } from './simulate-queue.js';
import { MIXES, meanServiceMs, type TenantMix } from './tenant-mix.js';

/** One slot's work for a fixed time, so that theory says what to expect. */
const FIXED: TenantMix = { name: 'fixed', tenants: [{ share: 1, batch: 1, medianMs: 100, sigma: 0 }] };
const scenario = (rest: Partial<Scenario> = {}): Scenario => ({
  mix: FIXED,
  jobsPerSecond: 5,
  slots: 1,
  overheadMs: 0,
  durationMs: 3_600_000,
  seed: 1,
  ...rest,
});

describe('simulateQueue', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(simulateQueue(scenario())).toEqual(simulateQueue(scenario()));
    expect(simulateQueue(scenario({ seed: 2 }))).not.toEqual(simulateQueue(scenario()));
  });

  it('makes as many jobs and uses as much as asked for', () => {
    const { jobs, utilisation } = simulateQueue(scenario());
    expect(jobs / 3_600).toBeCloseTo(5, 0);
    expect(utilisation).toBeCloseTo(0.5, 1);
  });

  it('lets about half of the jobs wait at half the load of one slot, as M/D/1 does', () => {
    const { waitMs } = simulateQueue(scenario());
    expect(waitMs.p50).toBeLessThan(20);
    expect(waitMs.p95).toBeGreaterThan(100);
    expect(waitMs.p95).toBeLessThan(250);
  });

  it('waits less with the same load on more slots', () => {
    const many = simulateQueue(scenario({ slots: 20, jobsPerSecond: 100, durationMs: 600_000 }));
    expect(many.utilisation).toBeCloseTo(0.5, 1);
    expect(many.waitMs.p99).toBe(0);
  });
});

it('FreeTimes always has the earliest, whatever is taken', () => {
  const free = new FreeTimes(3);
  for (const time of [30, 10, 20]) free.takeUntil(time);
  const seen = [40, 15, 50, 60].map((time) => {
    const { earliest } = free;
    free.takeUntil(time);
    return earliest;
  });
  expect(seen).toEqual([10, 20, 15, 30]);
});

it('the parts of every mix are a whole, and its mean is known', () => {
  for (const { tenants } of MIXES) expect(tenants.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
  expect(meanServiceMs(FIXED)).toBe(100);
});
