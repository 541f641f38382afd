import { DEFAULT_LIMITS } from '@sandlot/contract';
import { describe, expect, it } from 'vitest';
import { planRlimits } from './rlimits.js';

const names = (controllers: readonly ('memory' | 'pids')[]) =>
  planRlimits(DEFAULT_LIMITS, new Set(controllers)).map(({ name }) => name);

describe('planRlimits', () => {
  it('holds for each process what no cgroup holds for all', () => {
    expect(names([])).toEqual(expect.arrayContaining(['DATA', 'NPROC']));
    expect(names(['memory'])).not.toContain('DATA');
    expect(names(['memory', 'pids'])).not.toContain('NPROC');
  });

  it('leaves the CPU clock to init and comes a second later', () => {
    const [cpu] = planRlimits({ ...DEFAULT_LIMITS, cpuTimeMs: 1500 }, new Set());
    expect(cpu).toEqual({ name: 'CPU', soft: 3, hard: 4 });
  });

  it('allows no core dump and no message queue', () => {
    const limits = planRlimits(DEFAULT_LIMITS, new Set());
    expect(limits.filter(({ hard }) => hard === 0).map(({ name }) => name)).toEqual(['MSGQUEUE']);
    // With 0 the kernel would start the host's handler all the same.
    expect(limits).toContainEqual({ name: 'CORE', soft: 1, hard: 1 });
  });
});
