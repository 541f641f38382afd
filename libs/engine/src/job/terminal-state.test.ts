import { describe, expect, it } from 'vitest';
import { isTerminal, type Outcome } from '@sandlot/contract';
import { terminalState } from './terminal-state.js';

describe('terminalState', () => {
  it.each<[Outcome, string]>([
    [{ kind: 'exited', exitCode: 0 }, 'succeeded'],
    [{ kind: 'exited', exitCode: 1 }, 'failed'],
    [{ kind: 'signaled', signal: 'SIGKILL' }, 'failed'],
    [{ kind: 'timed-out', clock: 'wall', limitMs: 1 }, 'failed'],
    [{ kind: 'exec-failed', path: '/x', errno: 'ENOENT', message: 'm' }, 'failed'],
    [{ kind: 'cancelled' }, 'cancelled'],
    [{ kind: 'deadline-passed' }, 'expired'],
  ])('%j leads to %s', (outcome, state) => {
    expect(terminalState(outcome)).toBe(state);
    expect(isTerminal(terminalState(outcome))).toBe(true);
  });
});
