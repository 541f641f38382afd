import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '@sandlot/contract';
import { someLimits } from '../../test/some-limits.js';
import type { KillReason, StepEnd, StepObservation } from '../sandbox/sandbox.js';
import { classifyStep } from './classify-step.js';

const limits = someLimits({
  cpuTimeMs: 1000,
  memoryBytes: 7_000_000,
  pids: 8,
  outputBytes: 70,
  diskBytes: 9_000_000,
});

const observe = (end: StepEnd, rest: Partial<StepObservation> = {}): StepObservation => ({
  end,
  truncated: { stdout: false, stderr: false },
  wallMs: 1,
  cpuUserMs: 0,
  cpuSystemMs: 0,
  ...rest,
});

const exited = (exitCode: number): StepEnd => ({ kind: 'exited', exitCode });
const signaled = (signal: string): StepEnd => ({ kind: 'signaled', signal });
const execFailed: StepEnd = { kind: 'exec-failed', path: '/x', errno: 'ENOENT' };

const SIGKILL = signaled('SIGKILL');
const wallKill: KillReason = { kind: 'wall', limitMs: 50 };
const outputKill: KillReason = { kind: 'output', stream: 'stderr' };
const cpuUsed = { cpuUserMs: 700, cpuSystemMs: 300 };
const stdoutCut = { truncated: { stdout: true, stderr: false } };

const met = { forksRefused: 1, diskFull: true };

const memoryExceeded: Outcome = { kind: 'memory-exceeded', limitBytes: 7_000_000 };
const stdoutExceeded: Outcome = { kind: 'output-exceeded', stream: 'stdout', limitBytes: 70 };
const cpuTimedOut: Outcome = { kind: 'timed-out', clock: 'cpu', limitMs: 1000 };
const processLimit: Outcome = { kind: 'process-limit', limit: 8 };
const diskExceeded: Outcome = { kind: 'disk-exceeded', limitBytes: 9_000_000 };
const plain = (end: StepEnd) => end as Outcome; // both of these kinds look alike on both sides

describe('classifyStep', () => {
  it.each<[string, StepObservation, Outcome]>([
    ['the plain end: success', observe(exited(0)), plain(exited(0))],
    ['the plain end: an exit code', observe(exited(255)), plain(exited(255))],
    ['the plain end: a signal', observe(signaled('SIGSEGV')), plain(signaled('SIGSEGV'))],
    ['an exit code that looks like a signal', observe(exited(137)), plain(exited(137))],

    [
      'our kill by wall time',
      observe(SIGKILL, { killed: wallKill }),
      { kind: 'timed-out', clock: 'wall', limitMs: 50 },
    ],
    [
      'our kill by CPU time',
      observe(SIGKILL, { killed: { kind: 'cpu', limitMs: 40 } }),
      { kind: 'timed-out', clock: 'cpu', limitMs: 40 },
    ],
    [
      'our kill by idle time',
      observe(SIGKILL, { killed: { kind: 'idle', limitMs: 30 } }),
      { kind: 'timed-out', clock: 'idle', limitMs: 30 },
    ],
    [
      'our kill by output',
      observe(SIGKILL, { killed: outputKill }),
      { kind: 'output-exceeded', stream: 'stderr', limitBytes: 70 },
    ],
    ['our kill by sampled memory', observe(SIGKILL, { killed: { kind: 'memory' } }), memoryExceeded],
    [
      'our kill by sampled files',
      observe(SIGKILL, { killed: { kind: 'disk' } }),
      { kind: 'disk-exceeded', limitBytes: limits.diskBytes },
    ],
    ['our kill on request', observe(SIGKILL, { killed: { kind: 'cancel' } }), { kind: 'cancelled' }],

    ['an OOM kill counted by the cgroup', observe(SIGKILL, { oomKills: 1 }), memoryExceeded],
    ['an OOM kill of a child, reported by its parent', observe(exited(1), { oomKills: 1 }), memoryExceeded],
    ['no OOM kill counted', observe(SIGKILL, { oomKills: 0 }), plain(SIGKILL)],

    ['a SIGKILL without a record', observe(SIGKILL), plain(SIGKILL)],
    ['a SIGKILL at the hard limit of CPU time', observe(SIGKILL, { cpuUserMs: 2000 }), cpuTimedOut],
    ['SIGXCPU at the limit', observe(signaled('SIGXCPU'), cpuUsed), cpuTimedOut],
    ['SIGXCPU a few ticks early', observe(signaled('SIGXCPU'), { cpuUserMs: 960 }), cpuTimedOut],
    [
      'SIGXCPU that the payload sent itself',
      observe(signaled('SIGXCPU'), { cpuUserMs: 899 }),
      plain(signaled('SIGXCPU')),
    ],
    ['an exit past the CPU time that whole seconds did not catch', observe(exited(0), cpuUsed), cpuTimedOut],
    ['an exit just below the CPU time', observe(exited(0), { cpuUserMs: 999.9 }), plain(exited(0))],

    ['output cut after the end', observe(exited(0), stdoutCut), stdoutExceeded],
    [
      'both streams cut: stdout is named',
      observe(exited(0), { truncated: { stdout: true, stderr: true } }),
      stdoutExceeded,
    ],
    [
      'stderr cut',
      observe(exited(0), { truncated: { stdout: false, stderr: true } }),
      { kind: 'output-exceeded', stream: 'stderr', limitBytes: 70 },
    ],

    [
      'our kill before OOM',
      observe(SIGKILL, { killed: wallKill, oomKills: 1 }),
      { kind: 'timed-out', clock: 'wall', limitMs: 50 },
    ],
    [
      'our kill before CPU time',
      observe(SIGKILL, { killed: { kind: 'cancel' }, ...cpuUsed }),
      { kind: 'cancelled' },
    ],
    [
      'our kill before an exit that raced it',
      observe(exited(0), { killed: { kind: 'cancel' } }),
      { kind: 'cancelled' },
    ],
    [
      'our record of the stream before the one that was cut too',
      observe(SIGKILL, { killed: outputKill, truncated: { stdout: true, stderr: true } }),
      { kind: 'output-exceeded', stream: 'stderr', limitBytes: 70 },
    ],
    ['OOM before output', observe(SIGKILL, { oomKills: 1, ...stdoutCut }), memoryExceeded],
    ['OOM before CPU time', observe(SIGKILL, { oomKills: 1, ...cpuUsed }), memoryExceeded],
    ['output before CPU time', observe(exited(0), { ...stdoutCut, ...cpuUsed }), stdoutExceeded],

    ['forks refused, then a failure', observe(exited(1), { forksRefused: 1 }), processLimit],
    ['forks refused, then a signal', observe(signaled('SIGABRT'), { forksRefused: 1 }), processLimit],
    ['forks refused, and yet a success', observe(exited(0), { forksRefused: 9 }), plain(exited(0))],
    ['no fork refused', observe(exited(1), { forksRefused: 0 }), plain(exited(1))],
    ['a full disk, then a failure', observe(exited(1), { diskFull: true }), diskExceeded],
    ['a full disk, then a signal', observe(signaled('SIGBUS'), { diskFull: true }), diskExceeded],
    ['a full disk, and yet a success', observe(exited(0), { diskFull: true }), plain(exited(0))],
    ['a disk that was not full', observe(exited(1), { diskFull: false }), plain(exited(1))],
    ['forks before the disk', observe(exited(1), { forksRefused: 1, diskFull: true }), processLimit],
    [
      'our kill before forks and the disk',
      observe(SIGKILL, { killed: wallKill, ...met }),
      { kind: 'timed-out', clock: 'wall', limitMs: 50 },
    ],
    ['OOM before forks and the disk', observe(SIGKILL, { oomKills: 1, ...met }), memoryExceeded],
    ['output before forks and the disk', observe(exited(1), { ...stdoutCut, ...met }), stdoutExceeded],
    ['CPU time before forks and the disk', observe(exited(1), { ...cpuUsed, ...met }), cpuTimedOut],
  ])('%s', (_, observation, outcome) => {
    expect(classifyStep(observation, limits)).toEqual(outcome);
  });

  it.each([
    ['ENOENT', 'Cannot execute /x: no such file, or its interpreter is missing (ENOENT)'],
    ['EACCES', 'Cannot execute /x: not executable, or a directory on the way is not searchable (EACCES)'],
    ['EIO', 'Cannot execute /x: see execve(2) (EIO)'],
  ])('words a program that never ran: %s', (errno, message) => {
    const outcome = classifyStep(observe({ kind: 'exec-failed', path: '/x', errno }), limits);
    expect(outcome).toEqual({ kind: 'exec-failed', path: '/x', errno, message });
  });

  it('holds a program that never ran against nothing else', () => {
    const everything = { killed: wallKill, oomKills: 1, ...stdoutCut, ...cpuUsed, ...met };
    expect(classifyStep(observe(execFailed, everything), limits).kind).toBe('exec-failed');
  });

  it.each([256, -1, 0.5, Number.NaN])('rejects exit code %d, which wait(2) cannot give', (exitCode) => {
    expect(() => classifyStep(observe(exited(exitCode)), limits)).toThrow(RangeError);
  });

  it('never makes a verdict of a signal alone', () => {
    const signals = fc.constantFrom('SIGKILL', 'SIGXCPU', 'SIGXFSZ', 'SIGTERM', 'SIGSYS', 'SIGABRT');
    fc.assert(
      fc.property(signals, fc.double({ min: 0, max: 449, noNaN: true }), (signal, half) => {
        const observation = observe(signaled(signal), { cpuUserMs: half, cpuSystemMs: half, wallMs: 1e9 });
        expect(classifyStep(observation, limits)).toEqual({ kind: 'signaled', signal });
      }),
    );
  });
});
