import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { IdempotencyKey, NewJob } from '@sandlot/engine';
import { waitFor } from '@sandlot/testing';
import type { CreateQueueOptions } from '../src/index.js';

export interface QueueProcess {
  readonly child: ChildProcess;
  /** Ids by what was said of them. */
  readonly said: Readonly<Record<'accepted' | 'leased' | 'ended', ReadonlySet<string>>>;
  readonly stderr: () => string;
  /** SIGKILL, and waits until it is gone. */
  kill(): Promise<void>;
}

/** Starts `fixtures/queue-process.ts` and waits until its queue is open. */
export async function startQueueProcess(
  queue: Omit<CreateQueueOptions, 'random' | 'onError'>,
  work: {
    readonly jobs?: readonly NewJob[];
    readonly width?: number;
    readonly runMs?: number;
    readonly shell?: string;
    readonly reserve?: IdempotencyKey & { readonly id: string };
  },
): Promise<QueueProcess> {
  const { jobs = [], width = 1, shell, ...more } = work;
  const orders = { queue, jobs, width, ...more };
  const args = [
    '--conditions=development',
    '--import',
    'tsx',
    join(import.meta.dirname, 'fixtures/queue-process.ts'),
  ];
  const [program, programArgs] =
    shell === undefined
      ? [process.execPath, args]
      : ['/bin/sh', ['-c', `${shell}; exec "$@"`, 'sh', process.execPath, ...args]];
  const child = spawn(program, programArgs, {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(JSON.stringify(orders));
  const said = {
    accepted: new Set<string>(),
    leased: new Set<string>(),
    ended: new Set<string>(),
    ready: new Set<string>(),
  };
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const lines = createInterface(child.stdout);
  lines.on('line', (line) => {
    const [what = '', id = ''] = line.split(' ');
    said[what as keyof typeof said].add(id);
  });
  const closed = once(lines, 'close');
  await waitFor('the process to be ready', () => {
    if (child.exitCode !== null) throw new Error(`The process ended: ${stderr}`);
    return said.ready.size > 0 ? true : undefined;
  });
  return {
    child,
    said,
    stderr: () => stderr,
    kill: async () => {
      child.kill('SIGKILL');
      await closed;
    },
  };
}
