import { describe, expect, it } from 'vitest';
import { someLimits } from '../../test/some-limits.js';
import { resolveJobLimits } from './resolve-job-limits.js';

const step = (limits: object) => ({ limits });

describe('resolveJobLimits', () => {
  it('makes the limits of a job the defaults of its steps', () => {
    const job = { limits: { pids: 5, cpuCores: 2 }, steps: [step({}), step({ pids: 9, wallTimeMs: 1 })] };
    expect(resolveJobLimits(job)).toEqual({
      ok: true,
      limits: someLimits({ pids: 5, cpuCores: 2 }),
      steps: [someLimits({ pids: 5, cpuCores: 2 }), someLimits({ pids: 9, cpuCores: 2, wallTimeMs: 1 })],
    });
  });

  it('gives every step the operator’s maximum of a limit without a default', () => {
    const job = { limits: {}, steps: [step({}), step({ cpuCores: 0.5 })] };
    expect(resolveJobLimits(job, { cpuCores: 1 })).toMatchObject({
      limits: { cpuCores: 1 },
      steps: [{ cpuCores: 1 }, { cpuCores: 0.5 }],
    });
  });

  it('names the place of every limit above its maximum', () => {
    const job = { limits: { pids: 11 }, steps: [step({}), step({ pids: 12, wallTimeMs: 5 })] };
    expect(resolveJobLimits(job, { pids: 10, wallTimeMs: 4 })).toEqual({
      ok: false,
      excess: [
        { field: 'limits.pids', limit: 'pids', requested: 11, maximum: 10 },
        { field: 'steps[1].limits.wallTimeMs', limit: 'wallTimeMs', requested: 5, maximum: 4 },
        { field: 'steps[1].limits.pids', limit: 'pids', requested: 12, maximum: 10 },
      ],
    });
  });
});
