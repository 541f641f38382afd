import { DEFAULT_LIMITS, LIMIT_NAMES } from '@sandlot/contract';
import type { JobResult, NewJob } from '@sandlot/engine';
import { randomUUID } from 'node:crypto';

const SOURCE = 'print("hello")\n'.repeat(20);

/** A job as it comes in most: a program of a screen, in one file. */
export function smallJob(): NewJob {
  const content = inline(SOURCE);
  return {
    id: uuidOfNow(),
    createdAt: new Date().toISOString(),
    spec: {
      form: 'argv',
      steps: [
        { name: 'run', argv: ['python3', 'main.py'], env: {}, stdin: inline(''), limits: DEFAULT_LIMITS },
      ],
      env: {},
      files: [{ path: 'main.py', mode: '0644', content }],
      limits: DEFAULT_LIMITS,
      labels: { team: 'bench' },
    },
  };
}

/** Its end, after it has written that. */
export function smallResult(stdout: string): JobResult {
  const outcome = { kind: 'exited', exitCode: 0 } as const;
  const usage = { wallMs: 1, cpuUserMs: 1, cpuSystemMs: 0, outputBytes: stdout.length };
  return {
    outcome,
    steps: [{ name: 'run', outcome, usage }],
    output: {
      stdout: { content: inline(stdout), truncated: false },
      stderr: { content: inline(''), truncated: false },
    },
    usage: { ...usage, queueMs: 1, setupMs: 1 },
    enforcement: Object.fromEntries(LIMIT_NAMES.map((name) => [name, 'rlimit'])),
  };
}

function inline(text: string) {
  const bytes = Buffer.from(text);
  return { kind: 'inline', base64: bytes.toString('base64'), bytes: bytes.length } as const;
}

/** A UUIDv7 (RFC 9562), as the API gives: time first. */
function uuidOfNow(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}
