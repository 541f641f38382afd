import type { SandboxAbilities } from '@sandlot/engine';
import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { showAbilities } from './ability-metrics.js';

it('shows the tier and what holds each limit, a series each', async () => {
  const registry = new Registry();
  // Two limits tell as much as all of them.
  const enforcement = { memoryBytes: 'rlimit', cpuCores: 'none' } as SandboxAbilities['enforcement'];
  showAbilities(
    { tier: 'T1', enforcement, findings: [], seccompProfiles: ['default'], runtimes: ['native'] },
    registry,
  );
  const series = (await registry.metrics()).split('\n').filter((line) => /^\w/.test(line));
  expect(series).toEqual([
    'sandlot_isolation_tier{tier="T1"} 1',
    'sandlot_limit_enforcement{limit="memoryBytes",mechanism="rlimit"} 1',
    'sandlot_limit_enforcement{limit="cpuCores",mechanism="none"} 1',
  ]);
});
