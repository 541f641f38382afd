import type { JobDocument } from '@sandlot/contract';
import { describe, expect, it } from 'vitest';
import { describeJob } from './describe-job.js';

const empty = { encoding: 'utf8', text: '', bytes: 0, truncated: false } as const;

// Only what is described matters here.
const finished = {
  id: 'ID',
  state: 'failed',
  createdAt: '2026-11-23T10:00:00.000Z',
  finishedAt: '2026-11-23T10:00:01.000Z',
  cancelRequested: false,
  outcome: { kind: 'exited', exitCode: 3 },
  usage: {
    queueMs: 1.2,
    setupMs: 3,
    wallMs: 1_500,
    cpuUserMs: 10,
    cpuSystemMs: 2.4,
    memoryPeakBytes: 2_097_152,
    outputBytes: 0,
  },
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
        'usage      wall 1.5 s, cpu 12 ms, memory 2 MiB, queued 1 ms, set up in 3 ms',
        'output     stdout 1 KiB (truncated), stderr 0 B',
        'created    2026-11-23T10:00:00.000Z',
        'finished   2026-11-23T10:00:01.000Z',
        'attempt 1  a: worker-lost: gone',
        'attempt 2  b',
        '',
      ].join('\n'),
    );
  });

  it('tells why a job waits, and that it is being cancelled', () => {
    const { outcome: _outcome, usage: _usage, output: _output, finishedAt: _finishedAt, ...rest } = finished;
    const waiting: JobDocument = { ...rest, state: 'queued', reason: 'no worker', cancelRequested: true };
    expect(describeJob(waiting)).toContain(
      'state      queued, being cancelled\nreason     no worker\ncreated',
    );
  });
});
