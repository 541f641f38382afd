import { quantile } from '../stats/summary.js';
import { FreeTimes } from './free-times.js';
import { createRandom } from './random.js';
import { arrivalsOf, type TenantMix } from './tenant-mix.js';

export interface Scenario {
  readonly mix: TenantMix;
  readonly jobsPerSecond: number;
  /** Cells at once, of all workers together. */
  readonly slots: number;
  /** What a job takes of a slot beside its own time. */
  readonly overheadMs: number;
  readonly durationMs: number;
  readonly seed: number;
}

/** What became of a scenario. */
export interface SimulatedQueue {
  readonly jobs: number;
  /** Part of the slots' time that was used. */
  readonly utilisation: number;
  /** From submission to the beginning, where the first that came is the first that runs. */
  readonly waitMs: { readonly p50: number; readonly p95: number; readonly p99: number };
}

/** Runs one queue before all slots, from empty; the same for the same seed. */
export function simulateQueue(scenario: Scenario): SimulatedQueue {
  const { mix, jobsPerSecond, slots, overheadMs, durationMs, seed } = scenario;
  const random = createRandom(seed);
  const free = new FreeTimes(slots);
  const waits: number[] = [];
  let busyMs = 0;
  for (const { atMs, tenant } of arrivalsOf(mix, jobsPerSecond, random)) {
    if (atMs > durationMs) break;
    for (let index = 0; index < tenant.batch; index += 1) {
      const serviceMs = overheadMs + random.logNormal(tenant.medianMs, tenant.sigma);
      const beginMs = Math.max(atMs, free.earliest);
      free.takeUntil(beginMs + serviceMs);
      waits.push(beginMs - atMs);
      busyMs += serviceMs;
    }
  }
  return { jobs: waits.length, utilisation: busyMs / (slots * durationMs), waitMs: percentiles(waits) };
}

function percentiles(waits: readonly number[]): SimulatedQueue['waitMs'] {
  return { p50: quantile(waits, 0.5), p95: quantile(waits, 0.95), p99: quantile(waits, 0.99) };
}
