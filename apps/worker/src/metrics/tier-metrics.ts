import type { Tier } from '@sandlot/contract';
import { Gauge, type Registry } from 'prom-client';

/**
 * Shows the tier of this worker, as one series of value 1, and whether it takes jobs.
 *
 * @returns what to call when that changes.
 */
export function showTier(tier: Tier, registry: Registry): (isTakingJobs: boolean) => void {
  const registers = [registry];
  new Gauge({
    name: 'sandlot_isolation_tier',
    help: 'Isolation tier of this worker, T0 (everything holds) to T4 (no namespaces).',
    labelNames: ['tier'],
    registers,
  }).set({ tier }, 1);
  const ready = new Gauge({
    name: 'sandlot_worker_ready',
    help: 'Whether this worker takes jobs: 0 while it drains, and where its tier is worse than SANDLOT_MINIMUM_TIER.',
    registers,
  });
  return (isTakingJobs) => ready.set(isTakingJobs ? 1 : 0);
}
