import { DEFAULT_LIMITS, LIMIT_NAMES } from '@sandlot/contract';
import type { JobResult, NewJob } from '@sandlot/engine';
import { randomUUID } from 'node:crypto';
import type { JobSize } from './job-size.js';

/** A program in one file. */
export function sizedJob({ inputs }: JobSize): NewJob {
  return {
    id: uuidOfNow(),
    createdAt: new Date().toISOString(),
    spec: {
      form: 'argv',
      steps: [
        { name: 'run', argv: ['python3', 'main.py'], env: {}, stdin: inline(0), limits: DEFAULT_LIMITS },
      ],
      env: {},
      files: [{ path: 'main.py', mode: '0644', content: inline(inputs) }],
      limits: DEFAULT_LIMITS,
      labels: { team: 'bench' },
    },
  };
}

/** Its end, after it has written that much. */
export function sizedResult({ stdout, stderr, artifacts }: JobSize): JobResult {
  const outcome = { kind: 'exited', exitCode: 0 } as const;
  const usage = { wallMs: 1, cpuUserMs: 1, cpuSystemMs: 0, outputBytes: stdout + stderr };
  const file = { path: 'result', sha256: '0'.repeat(64), content: inline(artifacts) };
  return {
    outcome,
    steps: [{ name: 'run', outcome, usage }],
    output: {
      stdout: { content: inline(stdout), truncated: false },
      stderr: { content: inline(stderr), truncated: false },
    },
    usage: { ...usage, queueMs: 1, setupMs: 1 },
    enforcement: Object.fromEntries(LIMIT_NAMES.map((name) => [name, 'rlimit'])),
    ...(artifacts === 0 ? {} : { artifacts: { files: [file], leftOut: [] } }),
  };
}

function inline(bytes: number) {
  return { kind: 'inline', base64: Buffer.alloc(bytes, 'x').toString('base64'), bytes } as const;
}

/** A UUIDv7 (RFC 9562), as the API gives: time first. */
function uuidOfNow(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}
