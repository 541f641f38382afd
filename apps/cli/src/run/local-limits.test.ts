import { DEFAULT_LIMITS, LIMITS, LIMIT_NAMES } from '@sandlot/contract';
import type { SandboxAbilities } from '@sandlot/engine';
import { describe, expect, it } from 'vitest';
import { localLimits } from './local-limits.js';

type Enforcement = SandboxAbilities['enforcement'];

const held = Object.fromEntries(LIMIT_NAMES.map((name) => [name, 'rlimit'])) as Enforcement;
const sandboxWith = (enforcement: Enforcement) => ({ abilities: { tier: 'T1' as const, enforcement } });

describe('localLimits', () => {
  it('are the defaults of the contract, but for output', () => {
    expect(localLimits({}, sandboxWith(held))).toEqual({
      ...DEFAULT_LIMITS,
      outputBytes: LIMITS.outputBytes.max,
    });
  });

  it('are what was asked for', () => {
    expect(localLimits({ outputBytes: 10, pids: 2 }, sandboxWith(held))).toMatchObject({
      outputBytes: 10,
      pids: 2,
    });
  });

  it('are refused when one was asked for that nothing holds, and only then', () => {
    const sandbox = sandboxWith({ ...held, pids: 'none' });
    expect(() => localLimits({ pids: 2 }, sandbox)).toThrow(
      /Nothing on this machine can hold --pids: leave it out/,
    );
    expect(localLimits({}, sandbox).pids).toBe(LIMITS.pids.default);
  });
});
