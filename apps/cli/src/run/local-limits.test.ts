import { DEFAULT_LIMITS, LIMITS, LIMIT_NAMES, type RequestedLimits } from '@sandlot/contract';
import type { SandboxAbilities } from '@sandlot/engine';
import { describe, expect, it } from 'vitest';
import { localLimits } from './local-limits.js';

type Enforcement = SandboxAbilities['enforcement'];

const held = Object.fromEntries(LIMIT_NAMES.map((name) => [name, 'rlimit'])) as Enforcement;
const sandboxWith = (enforcement: Enforcement) => ({
  abilities: {
    tier: 'T1' as const,
    enforcement,
    findings: [],
    seccompProfiles: ['default'] as const,
    runtimes: ['native'] as const,
  },
});

const job = (limits: RequestedLimits) => ({ argv: ['true'], stdin: '', limits });

describe('localLimits', () => {
  it('are the defaults of the contract, but for output', () => {
    const limits = { ...DEFAULT_LIMITS, outputBytes: LIMITS.outputBytes.max };
    expect(localLimits(job({}), sandboxWith(held), false)).toMatchObject({ limits, steps: [limits] });
  });

  it('are what was asked for', () => {
    const { steps } = localLimits(job({ outputBytes: 10, pids: 2 }), sandboxWith(held), false);
    expect(steps).toMatchObject([{ outputBytes: 10, pids: 2 }]);
  });

  it('are refused when nothing holds one of them, unless that is allowed', () => {
    const sandbox = sandboxWith({ ...held, pids: 'none' });
    expect(() => localLimits(job({ pids: 2 }), sandbox, false)).toThrow(
      /Nothing on this machine can hold --pids: leave it out/,
    );
    expect(localLimits(job({ pids: 2 }), sandbox, true).limits.pids).toBe(2);
  });

  it('do not need what holds a limit that was not asked for', () => {
    const sandbox = sandboxWith({ ...held, cpuCores: 'none' });
    expect(localLimits(job({}), sandbox, false).limits).not.toHaveProperty('cpuCores');
  });
});
