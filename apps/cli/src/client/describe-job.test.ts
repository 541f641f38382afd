import type { JobDocument } from '@sandlot/contract';
import { describe, expect, it } from 'vitest';
import { describeJob } from './describe-job.js';

const empty = { encoding: 'utf8', text: '', bytes: 0, truncated: false } as const;

const used = {
  queueMs: 1.2,
  setupMs: 3,
  wallMs: 1_500,
  cpuUserMs: 10,
  cpuSystemMs: 2.4,
  memoryPeakBytes: 2_097_152,
  processesPeak: 3,
  forksRefused: 2,
  diskUsedBytes: 8_192,
  outputBytes: 0,
};

// Only what is described matters here.
const finished = {
  id: 'ID',
  state: 'failed',
  createdAt: '2026-11-23T10:00:00.000Z',
  finishedAt: '2026-11-23T10:00:01.000Z',
  cancelRequested: false,
  spec: { argv: ['x'] },
  steps: [{ name: 'run', outcome: { kind: 'exited', exitCode: 3 }, usage: used }],
  outcome: { kind: 'exited', exitCode: 3 },
  usage: used,
  enforcement: { wallTimeMs: 'supervisor', memoryBytes: 'cgroup', pids: 'cgroup' },
  output: { stdout: { ...empty, bytes: 1_024, truncated: true }, stderr: empty },
  attempts: [
    { number: 1, worker: 'a', startedAt: '', cause: { code: 'worker-lost', message: 'gone' } },
    { number: 2, worker: 'b', startedAt: '' },
  ],
} as unknown as JobDocument;

describe('describeJob', () => {
  it('tells a finished job in aligned lines', () => {
    expect(describeJob(finished)).toBe(
      [
        'id         ID',
        'state      failed',
        'outcome    exited with code 3',
        'usage      wall 1.5 s, cpu 12 ms, memory 2 MiB, processes 3, forks refused 2, disk 8 KiB, queued 1 ms, set up in 3 ms',
        'limits     supervisor: wallTimeMs; cgroup: memoryBytes, pids',
        'output     stdout 1 KiB (truncated), stderr 0 B',
        'created    2026-11-23T10:00:00.000Z',
        'finished   2026-11-23T10:00:01.000Z',
        'attempt 1  a: worker-lost: gone',
        'attempt 2  b',
        '',
      ].join('\n'),
    );
  });

  it('says nothing of what was not measured, or did not happen', () => {
    const { memoryPeakBytes: _memory, processesPeak: _processes, diskUsedBytes: _disk, ...usage } = used;
    expect(describeJob({ ...finished, usage: { ...usage, forksRefused: 0 } })).toContain(
      'usage      wall 1.5 s, cpu 12 ms, queued 1 ms,',
    );
  });

  it('tells how many artifacts there are, not which: those may be many', () => {
    const artifacts = [
      { path: 'a', bytes: 1024, sha256: '' },
      { path: 'b', bytes: 1024, sha256: '' },
    ];
    expect(describeJob({ ...finished, artifacts, artifactsLeftOut: [] })).toContain(
      `artifacts  2, 2 KiB: sandlot artifacts ${finished.id}\n`,
    );
  });

  it('tells how each step of a job with steps ended, and what it used', () => {
    const usage = { wallMs: 1, cpuUserMs: 2, cpuSystemMs: 0, outputBytes: 0 };
    const steps = [
      { name: 'compile', outcome: { kind: 'exited' as const, exitCode: 0 }, usage },
      { name: 'run', outcome: { kind: 'signaled' as const, signal: 'SIGSEGV' }, usage },
    ];
    expect(describeJob({ ...finished, spec: { ...finished.spec, steps: [] }, steps })).toContain(
      [
        'outcome      exited with code 3',
        'step compile exited with code 0; wall 1 ms, cpu 2 ms',
        'step run     killed by SIGSEGV; wall 1 ms, cpu 2 ms',
        'usage        wall',
      ].join('\n'),
    );
  });

  it('tells why a job waits, and that it is being cancelled', () => {
    const { outcome: _outcome, usage: _usage, enforcement: _held, output: _output, ...ended } = finished;
    const { finishedAt: _finishedAt, ...rest } = ended;
    const waiting: JobDocument = { ...rest, state: 'queued', reason: 'no worker', cancelRequested: true };
    expect(describeJob(waiting)).toContain(
      'state      queued, being cancelled\nreason     no worker\ncreated',
    );
  });
});
