import { LIMITS, LIMIT_NAMES, type Enforcement } from '@sandlot/contract';
import { describe, expect, it } from 'vitest';
import { localLimits } from './local-limits.js';

const held = Object.fromEntries(LIMIT_NAMES.map((name) => [name, 'rlimit'])) as Enforcement;
const sandboxWith = (enforcement: Enforcement) => ({ abilities: { tier: 'T1' as const, enforcement } });

describe('localLimits', () => {
  it('are the defaults of the contract, but for output', () => {
    const limits = localLimits({}, sandboxWith(held));
    for (const name of LIMIT_NAMES) {
      expect(limits[name]).toBe(name === 'outputBytes' ? LIMITS[name].max : LIMITS[name].default);
    }
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
