import { LIMIT_NAMES } from '@sandlot/contract';
import { CGROUP_CONTROLLERS } from '@sandlot/engine';
import { describe, expect, it } from 'vitest';
import { planEnforcement } from './enforcement.js';

describe('planEnforcement', () => {
  it.each([
    [
      'no cgroup',
      undefined,
      { cpuTimeMs: 'sampled', memoryBytes: 'sampled', pids: 'rlimit', cpuCores: 'none' },
    ],
    [
      'a cgroup without controllers',
      { controllers: new Set<never>(), disks: [] },
      {
        cpuTimeMs: 'supervisor',
        idleTimeMs: 'supervisor',
        memoryBytes: 'sampled',
        pids: 'rlimit',
        cpuWeight: 'none',
      },
    ],
    [
      'every controller',
      { controllers: new Set(CGROUP_CONTROLLERS), disks: ['8:0'] },
      { memoryBytes: 'cgroup', pids: 'cgroup', cpuCores: 'cgroup', ioBytesPerSecond: 'cgroup' },
    ],
    [
      'every controller but io',
      { controllers: new Set(CGROUP_CONTROLLERS.filter((name) => name !== 'io')), disks: [] },
      { ioBytesPerSecond: 'none', cpuCores: 'cgroup' },
    ],
  ] as const)('tells the truth of %s', (_what, leaves, expected) => {
    expect(planEnforcement(leaves)).toMatchObject(expected);
  });

  it('names every limit', () => {
    expect(Object.keys(planEnforcement(undefined)).sort()).toEqual([...LIMIT_NAMES].sort());
  });
});
