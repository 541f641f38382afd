import { describe, expect, it } from 'vitest';
import { isSuccess, outcomeSchema, type Outcome } from './outcome.js';

/** One of each kind; the compiler refuses a kind that is missing here. */
const EXAMPLES: { readonly [Kind in Outcome['kind']]: Extract<Outcome, { kind: Kind }> } = {
  exited: { kind: 'exited', exitCode: 255 },
  signaled: { kind: 'signaled', signal: 'SIGSEGV' },
  'timed-out': { kind: 'timed-out', clock: 'idle', limitMs: 1000 },
  'memory-exceeded': { kind: 'memory-exceeded', limitBytes: 1024 },
  'output-exceeded': { kind: 'output-exceeded', stream: 'stderr', limitBytes: 0 },
  'disk-exceeded': { kind: 'disk-exceeded', limitBytes: 1024 },
  'process-limit': { kind: 'process-limit', limit: 1 },
  'forbidden-syscall': { kind: 'forbidden-syscall', syscall: 'mount' },
  'exec-failed': { kind: 'exec-failed', path: '/x', errno: 'ENOENT', message: 'no such file' },
  'wasm-trap': { kind: 'wasm-trap', trap: 'unreachable', message: 'm' },
  'artifact-missing': { kind: 'artifact-missing', path: 'out.txt' },
  cancelled: { kind: 'cancelled' },
  'deadline-passed': { kind: 'deadline-passed' },
};

describe.each(Object.values(EXAMPLES))('outcome $kind', (outcome) => {
  it('survives JSON', () => {
    const json = JSON.stringify(outcome);
    expect(outcomeSchema.parse(JSON.parse(json))).toEqual(outcome);
  });

  it('is no success', () => {
    expect(isSuccess(outcome)).toBe(false);
  });
});

describe('isSuccess', () => {
  it('holds for exit code 0 alone', () => {
    expect(isSuccess({ kind: 'exited', exitCode: 0 })).toBe(true);
  });
});
