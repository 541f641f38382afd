import type { JobDocument, Outcome } from '@sandlot/contract';
import { describe, expect, it } from 'vitest';
import { jobExitCode, outcomeExitCode } from './exit-code.js';

const execFailed = (errno: string): Outcome => ({ kind: 'exec-failed', path: '/x', errno, message: '' });

describe('outcomeExitCode', () => {
  it.each<[Outcome, number]>([
    [{ kind: 'exited', exitCode: 0 }, 0],
    [{ kind: 'exited', exitCode: 77 }, 77],
    [{ kind: 'signaled', signal: 'SIGKILL' }, 137],
    [{ kind: 'signaled', signal: 'SIGSEGV' }, 139],
    [{ kind: 'signaled', signal: 'SIGTERM' }, 143],
    [{ kind: 'signaled', signal: 'SIG40' }, 168],
    [{ kind: 'timed-out', clock: 'wall', limitMs: 5_000 }, 124],
    [{ kind: 'timed-out', clock: 'cpu', limitMs: 5_000 }, 124],
    [{ kind: 'deadline-passed' }, 124],
    [{ kind: 'memory-exceeded', limitBytes: 1 }, 137],
    [{ kind: 'output-exceeded', stream: 'stdout', limitBytes: 1 }, 137],
    [{ kind: 'disk-exceeded', limitBytes: 1 }, 137],
    [{ kind: 'process-limit', limit: 1 }, 137],
    [{ kind: 'forbidden-syscall' }, 159],
    [execFailed('ENOENT'), 127],
    [execFailed('ENOTDIR'), 127],
    [execFailed('EACCES'), 126],
    [execFailed('ENOEXEC'), 126],
    [{ kind: 'wasm-trap', trap: 'unreachable', message: '' }, 134],
    [{ kind: 'artifact-missing', path: 'a' }, 1],
    [{ kind: 'cancelled' }, 130],
  ])('tells %j as %d', (outcome, code) => {
    expect(outcomeExitCode(outcome)).toBe(code);
  });
});

describe('jobExitCode', () => {
  it.each<[Pick<JobDocument, 'state' | 'outcome'>, number]>([
    [{ state: 'failed', outcome: { kind: 'exited', exitCode: 3 } }, 3],
    [{ state: 'dead' }, 125],
    [{ state: 'expired' }, 124],
    [{ state: 'cancelled' }, 130],
  ])('tells %j as %d', (job, code) => {
    expect(jobExitCode(job)).toBe(code);
  });
});
