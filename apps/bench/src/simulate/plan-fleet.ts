import { loadRedis, type RecordCost, type RedisCost, type RedisLoad } from './redis-cost.js';
import { simulateQueue, type SimulatedQueue } from './simulate-queue.js';
import { meanServiceMs, type TenantMix } from './tenant-mix.js';

const DAY_SECONDS = 86_400;
/** The busiest hour has this many times the jobs of the average one. */
const PEAK = 3;
const SLOTS = 2;
const OVERHEAD_MS = 15;
const DURATION_MS = 3_600_000;
const KEPT_JOBS = 100_000;
const SEED = 20_260_101;

/** A fleet of workers in its busiest hour. */
export interface FleetRow extends SimulatedQueue {
  readonly mix: string;
  readonly jobsPerDay: number;
  readonly workers: number;
  readonly redis: RedisLoad;
}

/** So many jobs a day on so many workers, of 2 slots each. */
export function simulateFleet(
  mix: TenantMix,
  { jobsPerDay, workers }: { readonly jobsPerDay: number; readonly workers: number },
  cost: RedisCost & Pick<RecordCost, 'endedBytes'>,
): FleetRow {
  const jobsPerSecond = (jobsPerDay / DAY_SECONDS) * PEAK;
  const queue = simulateQueue({
    mix,
    jobsPerSecond,
    slots: workers * SLOTS,
    overheadMs: OVERHEAD_MS,
    durationMs: DURATION_MS,
    seed: SEED,
  });
  const keptJobs = Math.min(jobsPerDay, KEPT_JOBS);
  const redis = loadRedis(cost, { jobsPerSecond, workers, keptJobs });
  return { ...queue, mix: mix.name, jobsPerDay, workers, redis };
}

/** How many workers are so much used in the busiest hour: above that waits grow fast. */
export function workersFor(mix: TenantMix, jobsPerDay: number, utilisation: number): number {
  const busySlots = (((jobsPerDay / DAY_SECONDS) * PEAK) / 1_000) * (meanServiceMs(mix) + OVERHEAD_MS);
  return Math.max(1, Math.ceil(busySlots / utilisation / SLOTS));
}

/** The other way round. */
export function jobsPerDayFor(mix: TenantMix, workers: number, utilisation: number): number {
  const jobsPerSecond = (workers * SLOTS * utilisation * 1_000) / (meanServiceMs(mix) + OVERHEAD_MS);
  return Math.floor((jobsPerSecond / PEAK) * DAY_SECONDS);
}
