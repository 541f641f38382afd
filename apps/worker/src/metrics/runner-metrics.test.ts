import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { showRunners } from './runner-metrics.js';

describe('showRunners', () => {
  it('shows the counts of the moment', async () => {
    const registry = new Registry();
    const runners = { waiting: 1, warm: 2, cold: 3, failed: 4 };
    showRunners({ runners }, registry);
    await registry.metrics();
    runners.warm = 5;
    const text = await registry.metrics();
    expect(text).toContain('sandlot_runners_waiting 1');
    expect(text).toContain('sandlot_runners_taken_total{start="warm"} 5');
    expect(text).toContain('sandlot_runners_taken_total{start="cold"} 3');
    expect(text).toContain('sandlot_runners_failed_total 4');
  });

  it('shows nothing of a sandbox without any', async () => {
    const registry = new Registry();
    showRunners({}, registry);
    expect(await registry.metrics()).not.toContain('sandlot_runners');
  });
});
