import type { SandboxAbilities } from '@sandlot/engine';
import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { showEnforcement } from './enforcement-metrics.js';

it('shows what holds each limit, a series each', async () => {
  const registry = new Registry();
  // Two limits tell as much as all of them.
  const enforcement = { memoryBytes: 'rlimit', cpuCores: 'none' } as SandboxAbilities['enforcement'];
  showEnforcement(enforcement, registry);
  const series = (await registry.metrics()).split('\n').filter((line) => /^\w/.test(line));
  expect(series).toEqual([
    'sandlot_limit_enforcement{limit="memoryBytes",mechanism="rlimit"} 1',
    'sandlot_limit_enforcement{limit="cpuCores",mechanism="none"} 1',
  ]);
});
