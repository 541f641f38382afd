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
  it('names what holds each limit of the job, and no other', () => {
    const held = enforcementOf(someLimits({ cpuCores: 2 }), { enforcement });
    expect(held).toMatchObject({ wallTimeMs: 'rlimit', cpuCores: 'none' });
    expect(held).not.toHaveProperty('cpuWeight');
  });
});

describe('unheldLimits', () => {
  it('are those of the job that nothing holds', () => {
    expect(unheldLimits(someLimits({ cpuCores: 2, idleTimeMs: 100 }), { enforcement })).toEqual(['cpuCores']);
    expect(unheldLimits(someLimits(), { enforcement })).toEqual([]);
  });
});
