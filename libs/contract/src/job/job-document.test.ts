import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS, LIMIT_NAMES } from '../limits/limits.js';
import { jobDocumentSchema, type JobDocument } from './job-document.js';
import { isTerminal, JOB_STATES } from './job-state.js';

const limits = DEFAULT_LIMITS;
const enforcement = Object.fromEntries(LIMIT_NAMES.map((name) => [name, 'rlimit']));
const usage = { wallMs: 1.5, cpuUserMs: 0.25, cpuSystemMs: 0, outputBytes: 3 };
const output = { encoding: 'utf8', text: 'hi\n', bytes: 3, truncated: false };
const at = '2026-01-02T03:04:05.678Z';

const waiting = {
  id: '0192f0c1-0000-7000-8000-000000000000',
  state: 'queued',
  createdAt: at,
  cancelRequested: false,
  spec: { runtime: 'native', argv: ['x'], files: [], stdin: { bytes: 0 }, env: {}, limits, labels: {} },
  steps: [],
  attempts: [],
  labels: {},
};

const finished = {
  ...waiting,
  state: 'succeeded',
  reason: 'r',
  queuedAt: at,
  startedAt: at,
  finishedAt: at,
  outcome: { kind: 'exited', exitCode: 0 },
  output: { stdout: output, stderr: { encoding: 'base64', base64: '/w==', bytes: 1, truncated: true } },
  steps: [{ name: 'run', outcome: { kind: 'exited', exitCode: 0 }, usage }],
  usage: { ...usage, memoryPeakBytes: 1, processesPeak: 1, queueMs: 0, setupMs: 1 },
  enforcement,
  artifacts: [{ path: 'out/a\nb', bytes: 1, sha256: '00' }],
  artifactsLeftOut: [
    { path: 'link', reason: 'symbolic-link' },
    { path: 'hole', reason: 'too-large', bytes: 2 ** 40 },
  ],
  attempts: [
    { number: 1, worker: 'w', startedAt: at, endedAt: at, cause: { code: 'worker-lost', message: 'm' } },
    { number: 2, worker: 'w', startedAt: at },
  ],
};

/** A document as it arrives at a client. */
const overTheWire = (document: object): JobDocument => {
  const body = JSON.stringify(document);
  return jobDocumentSchema.parse(JSON.parse(body));
};

describe('jobDocumentSchema', () => {
  it.each([
    ['a waiting job', waiting],
    ['a finished job', finished],
    [
      'a job with steps',
      {
        ...finished,
        spec: {
          runtime: 'native',
          steps: [{ name: 'a', argv: ['x'], stdin: { bytes: 1 }, env: {}, limits }],
          files: [],
          env: {},
          limits,
          labels: {},
        },
      },
    ],
  ])('carries %s unchanged', (_, document) => {
    expect(overTheWire(document)).toEqual(document);
  });

  it('passes over fields it does not know, so that an older client reads a newer service', () => {
    expect(overTheWire({ ...finished, replays: [] })).toEqual(finished);
  });

  it.each([
    ['an unknown state', { state: 'done' }],
    ['a time without zone', { createdAt: '2026-01-02T03:04:05' }],
    ['an outcome of two kinds', { outcome: { kind: 'exited', signal: 'SIGKILL' } }],
    ['an exit code that wait(2) cannot give', { outcome: { kind: 'exited', exitCode: 256 } }],
    ['enforcement that leaves a limit out', { enforcement: { ...enforcement, pids: undefined } }],
    ['enforcement of an unknown limit', { enforcement: { ...enforcement, colour: 'none' } }],
  ])('refuses %s', (_, change) => {
    expect(jobDocumentSchema.safeParse({ ...finished, ...change }).success).toBe(false);
  });
});

describe('isTerminal', () => {
  it('holds for the states that never change again', () => {
    expect(JOB_STATES.filter(isTerminal)).toEqual(['succeeded', 'failed', 'cancelled', 'expired', 'dead']);
  });
});
