import { describe, expect, it } from 'vitest';
import { JOB_STATES, LIMIT_NAMES, jobDocumentSchema } from '@sandlot/contract';
import { MemoryStore } from '../../test/memory-store.js';
import { someLimits } from '../../test/some-limits.js';
import type { JobRecord, JobResult } from './job-record.js';
import { INLINE_BYTES, storeBytes } from './store-bytes.js';
import { toDocument } from './to-document.js';

const at = (second: number) => `2026-01-02T03:04:0${second}.000Z`;
const inline = (text: string) => ({
  kind: 'inline' as const,
  base64: Buffer.from(text).toString('base64'),
  bytes: Buffer.byteLength(text),
});

const waiting: JobRecord = {
  id: 'job',
  createdAt: at(0),
  queuedAt: at(1),
  state: 'queued',
  cancelRequested: false,
  attempts: [],
  spec: {
    form: 'argv',
    steps: [{ name: 'run', argv: ['x'], env: {}, stdin: inline('in'), limits: someLimits() }],
    env: { A: 'b' },
    files: [{ path: 'main.py', mode: '0644', content: inline('print()') }],
    limits: someLimits(),
    labels: { team: 'a' },
  },
};

const usage = { wallMs: 1, cpuUserMs: 1, cpuSystemMs: 1, outputBytes: 1 };
const result: JobResult = {
  outcome: { kind: 'exited', exitCode: 0 },
  steps: [{ name: 'run', outcome: { kind: 'exited', exitCode: 0 }, usage }],
  output: {
    stdout: { content: inline('out'), truncated: false },
    stderr: { content: inline(''), truncated: true },
  },
  usage: { ...usage, queueMs: 1, setupMs: 1 },
  enforcement: Object.fromEntries(LIMIT_NAMES.map((name) => [name, 'none'])),
};
const finished: JobRecord = {
  ...waiting,
  state: 'succeeded',
  startedAt: at(2),
  finishedAt: at(3),
  attempts: [{ number: 1, worker: 'w', startedAt: at(2), endedAt: at(3) }],
  result,
};

describe('toDocument', () => {
  it('describes contents instead of repeating them', async () => {
    const { spec, labels } = await toDocument(waiting, new MemoryStore());
    expect(labels).toEqual({ team: 'a' });
    expect(spec).toEqual({
      runtime: 'native',
      argv: ['x'],
      env: { A: 'b' },
      files: [{ path: 'main.py', mode: '0644', bytes: 7 }],
      stdin: { bytes: 2 },
      limits: someLimits(),
      labels: { team: 'a' },
    });
  });

  it('shows a wasi job as it was asked for', async () => {
    const wasi = {
      engine: 'node',
      optimize: 'start',
      preopens: [{ path: '/', source: '', readOnly: false }],
    };
    const [step] = waiting.spec.steps;
    const spec = { ...waiting.spec, wasi, steps: [{ ...step, argv: ['main.wasm', 'a'] }] };
    const document = await toDocument({ ...waiting, spec } as JobRecord, new MemoryStore());
    expect(document.spec).toMatchObject({
      runtime: 'wasi',
      module: 'main.wasm',
      args: ['a'],
      wasiEngine: 'node',
      optimize: 'start',
      preopens: wasi.preopens,
    });
    expect(document.spec).not.toHaveProperty('argv');
    expect(jobDocumentSchema.parse(document)).toEqual(document);
  });

  it('shows the steps of a job with steps, each with its own limits', async () => {
    const step = { name: 'build', argv: ['cc'], env: { A: 'b' }, limits: someLimits({ pids: 3 }) };
    const record = {
      ...waiting,
      spec: { ...waiting.spec, form: 'steps', steps: [{ ...step, stdin: inline('in') }] },
    };
    const document = await toDocument(record as JobRecord, new MemoryStore());
    expect(document.spec.steps).toEqual([{ ...step, stdin: { bytes: 2 } }]);
    expect(document.spec).not.toHaveProperty('argv');
    expect(document.spec).not.toHaveProperty('stdin');
    expect(jobDocumentSchema.parse(document)).toEqual(document);
  });

  it.each(JOB_STATES)('makes a valid document of a job without result in state %s', async (state) => {
    const document = await toDocument({ ...waiting, state, reason: 'r' }, new MemoryStore());
    expect(jobDocumentSchema.parse(document)).toEqual(document);
    expect(document).toMatchObject({ id: 'job', state, reason: 'r', steps: [], attempts: [] });
    for (const field of ['output', 'usage', 'enforcement', 'startedAt', 'finishedAt']) {
      expect(document).not.toHaveProperty(field);
    }
  });

  it.each([
    ['cancelled', { kind: 'cancelled' }],
    ['expired', { kind: 'deadline-passed' }],
    ['queued', undefined],
    ['dead', undefined],
  ] as const)('gives a job that never ran its outcome: %s', async (state, outcome) => {
    expect((await toDocument({ ...waiting, state }, new MemoryStore())).outcome).toEqual(outcome);
  });

  it('tells all of a finished job', async () => {
    const document = await toDocument(finished, new MemoryStore());
    expect(jobDocumentSchema.parse(document)).toEqual(document);
    expect(document).toMatchObject({
      startedAt: at(2),
      finishedAt: at(3),
      outcome: result.outcome,
      output: {
        stdout: { encoding: 'utf8', text: 'out', bytes: 3, truncated: false },
        stderr: { encoding: 'utf8', text: '', bytes: 0, truncated: true },
      },
      steps: result.steps,
      usage: result.usage,
      enforcement: result.enforcement,
      attempts: finished.attempts,
    });
  });

  it('keeps the outcome of a job that was cancelled while it ran', async () => {
    const cancelled = {
      ...finished,
      state: 'cancelled',
      result: { ...result, outcome: { kind: 'cancelled' } },
    } as const;
    expect((await toDocument(cancelled, new MemoryStore())).output?.stdout.bytes).toBe(3);
  });

  it('fetches large output from the store', async () => {
    const store = new MemoryStore();
    const content = await storeBytes(store, 'job', 'stdout', Buffer.alloc(INLINE_BYTES + 1, 0xff));
    const output = { ...result.output, stdout: { content, truncated: false } };
    const document = await toDocument({ ...finished, result: { ...result, output } }, store);
    expect(document.output?.stdout).toMatchObject({ encoding: 'base64', bytes: INLINE_BYTES + 1 });
  });

  it('lists the artifacts that were asked for, and what is not one', async () => {
    const requests = [{ path: 'out', optional: false }];
    const artifacts = {
      files: [{ path: 'out/a', sha256: '00', content: inline('abc') }],
      leftOut: [{ path: 'out/b', reason: 'symbolic-link' as const }],
    };
    const record = {
      ...finished,
      spec: { ...finished.spec, artifacts: requests },
      result: { ...result, artifacts },
    };
    const document = await toDocument(record, new MemoryStore());
    expect(jobDocumentSchema.parse(document)).toEqual(document);
    expect(document.spec.artifacts).toEqual(requests);
    expect(document.artifacts).toEqual([{ path: 'out/a', bytes: 3, sha256: '00' }]);
    expect(document.artifactsLeftOut).toEqual(artifacts.leftOut);
    expect(await toDocument(finished, new MemoryStore())).not.toHaveProperty('artifacts');
  });
});
