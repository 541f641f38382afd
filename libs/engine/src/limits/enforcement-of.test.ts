import { LIMIT_NAMES, type LimitName, type Mechanism } from '@sandlot/contract';
import { describe, expect, it } from 'vitest';
import { someLimits } from '../../test/some-limits.js';
import { enforcementOf, unheldLimits } from './enforcement-of.js';

const enforcement = {
  ...(Object.fromEntries(LIMIT_NAMES.map((name) => [name, 'rlimit'])) as Record<LimitName, Mechanism>),
  cpuCores: 'none',
  cpuWeight: 'none',
} as const;

describe('enforcementOf', () => {
  it('names what holds each limit that a step has, and no other', () => {
    const held = enforcementOf([someLimits(), someLimits({ cpuCores: 2 })], { enforcement });
    expect(held).toMatchObject({ wallTimeMs: 'rlimit', cpuCores: 'none' });
    expect(held).not.toHaveProperty('cpuWeight');
  });

  it('names the engine for the stack of a module', () => {
    const held = enforcementOf([someLimits()], { enforcement }, 'wasi');
    expect(held).toMatchObject({ stackBytes: 'engine', openFiles: 'engine', fileBytes: 'rlimit' });
  });
});

describe('unheldLimits', () => {
  it('are those of the job that nothing holds', () => {
    const limits = someLimits({ cpuCores: 2, idleTimeMs: 100 });
    expect(unheldLimits({ limits, steps: [limits, limits] }, { enforcement })).toEqual([
      { field: 'limits.cpuCores', limit: 'cpuCores', value: 2 },
    ]);
    expect(unheldLimits({ limits: someLimits(), steps: [someLimits()] }, { enforcement })).toEqual([]);
  });

  it('are named with the step that alone has them', () => {
    const steps = [someLimits(), someLimits({ cpuWeight: 3, idleTimeMs: 100 })];
    expect(unheldLimits({ limits: someLimits(), steps }, { enforcement })).toEqual([
      { field: 'steps[1].limits.cpuWeight', limit: 'cpuWeight', value: 3 },
    ]);
  });
});
