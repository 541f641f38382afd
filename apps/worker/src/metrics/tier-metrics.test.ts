import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { showTier } from './tier-metrics.js';

it('shows the tier, and whether jobs are taken', async () => {
  const registry = new Registry();
  const showReady = showTier('T1', registry);
  showReady(true);
  showReady(false);
  const series = (await registry.metrics()).split('\n').filter((line) => /^\w/.test(line));
  expect(series).toEqual(['sandlot_isolation_tier{tier="T1"} 1', 'sandlot_worker_ready 0']);
});
