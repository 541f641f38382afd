import { randomBytes } from 'node:crypto';
import { DEFAULT_LIMITS, LIMIT_NAMES, type Outcome, type OutputEvent } from '@sandlot/contract';
import type { JobResult, NewJob, StoredBytes } from '@sandlot/engine';

const EMPTY: StoredBytes = { kind: 'inline', base64: '', bytes: 0 };

/** A small job with a fresh id. */
export function sampleJob(argument = 'true', id = sampleId()): NewJob {
  return {
    id,
    createdAt: new Date().toISOString(),
    spec: {
      form: 'argv',
      steps: [{ name: 'run', argv: ['/bin/echo', argument], env: {}, stdin: EMPTY, limits: DEFAULT_LIMITS }],
      env: {},
      files: [],
      limits: DEFAULT_LIMITS,
      labels: { sample: 'yes' },
    },
  };
}

/** A UUIDv7 (RFC 9562): time first, so ids sort by age. */
export function sampleId(): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** A result with this outcome that wrote `stdout`. */
export function sampleResult(outcome: Outcome = { kind: 'exited', exitCode: 0 }, stdout = ''): JobResult {
  const usage = { wallMs: 1, cpuUserMs: 1, cpuSystemMs: 0, outputBytes: stdout.length };
  const base64 = Buffer.from(stdout).toString('base64');
  return {
    outcome,
    steps: [{ name: 'run', outcome, usage }],
    output: {
      stdout: { content: { kind: 'inline', base64, bytes: Buffer.byteLength(stdout) }, truncated: false },
      stderr: { content: EMPTY, truncated: false },
    },
    usage: { ...usage, queueMs: 1, setupMs: 1 },
    enforcement: Object.fromEntries(LIMIT_NAMES.map((name) => [name, 'rlimit'])),
  };
}

export function sampleOutput(text: string, attempt = 1, offset = 0): OutputEvent {
  return { type: 'output', attempt, step: 'run', stream: 'stdout', offset, encoding: 'utf8', text };
}
