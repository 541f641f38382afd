import { expect, it } from 'vitest';
import { jobsPerDayFor, simulateFleet, workersFor } from './plan-fleet.js';
import type { TenantMix } from './tenant-mix.js';

const MIX: TenantMix = { name: 'm', tenants: [{ share: 1, batch: 1, medianMs: 985, sigma: 0 }] };
const COST = {
  endedBytes: 2_000,
  commandsPerJob: 50,
  cpuMsPerJob: 1,
  idleCommandsPerSecond: 2,
};

it('takes as many workers as the busiest hour needs, and the other way round', () => {
  // 1 s a job with what it costs beside: 34.7 slots are busy, 17.4 workers of 2, a half more for 70 %.
  expect(workersFor(MIX, 1_000_000, 0.7)).toBe(25);
  const perDay = jobsPerDayFor(MIX, 25, 0.7);
  expect(perDay).toBeGreaterThan(1_000_000);
  expect(perDay).toBeLessThan(1_020_000);
});

it('says what the busiest hour asks of slots and of Redis', () => {
  const row = simulateFleet(MIX, { jobsPerDay: 1_000_000, workers: 25 }, COST);
  expect(row.utilisation).toBeCloseTo(0.69, 1);
  expect(row.waitMs.p50).toBe(0);
  expect(row.redis).toMatchObject({ memoryBytes: 200_000_000 });
  expect(row.redis.commandsPerSecond).toBeCloseTo(34.7 * 50 + 50, -1);
  expect(row.redis.cpuShare).toBeCloseTo(0.035, 2);
});
