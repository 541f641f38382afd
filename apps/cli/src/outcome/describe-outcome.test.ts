import type { Outcome } from '@sandlot/contract';
import { describe, expect, it } from 'vitest';
import { describeOutcome } from './describe-outcome.js';

describe('describeOutcome', () => {
  it.each<[Outcome, string]>([
    [{ kind: 'exited', exitCode: 3 }, 'exited with code 3'],
    [{ kind: 'signaled', signal: 'SIGSEGV' }, 'killed by SIGSEGV'],
    [{ kind: 'timed-out', clock: 'wall', limitMs: 5_000 }, 'timed out after 5 s of wall time'],
    [{ kind: 'timed-out', clock: 'cpu', limitMs: 500 }, 'timed out after 500 ms of CPU time'],
    [{ kind: 'timed-out', clock: 'idle', limitMs: 60_000 }, 'timed out after 1 m without progress'],
    [{ kind: 'memory-exceeded', limitBytes: 67_108_864 }, 'memory exceeded 64 MiB'],
    [{ kind: 'output-exceeded', stream: 'stderr', limitBytes: 65_536 }, 'output on stderr exceeded 64 KiB'],
    [{ kind: 'disk-exceeded', limitBytes: 1_024 }, 'files exceeded 1 KiB'],
    [{ kind: 'process-limit', limit: 64 }, 'more than 64 processes'],
    [{ kind: 'forbidden-syscall' }, 'forbidden system call'],
    [{ kind: 'forbidden-syscall', syscall: 'mount' }, 'forbidden system call mount'],
    [{ kind: 'exec-failed', path: '/x', errno: 'ENOENT', message: 'Cannot execute /x' }, 'Cannot execute /x'],
    [{ kind: 'wasm-trap', trap: 'unreachable', message: 'unreachable' }, 'WebAssembly trap: unreachable'],
    [{ kind: 'artifact-missing', path: 'out.txt' }, 'artifact "out.txt" is missing'],
    [{ kind: 'cancelled' }, 'cancelled'],
    [{ kind: 'deadline-passed' }, 'its deadline passed before it ran'],
  ])('%j', (outcome, text) => {
    expect(describeOutcome(outcome)).toBe(text);
  });
});
