import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const POLLS = 100;
const POLL_MS = 50;

/** A Redis of our own, on a unix socket and without persistence. */
export interface Redis {
  readonly socket: string;
  readonly close: () => Promise<void>;
}

/** @throws if there is no redis-server here. */
export async function startRedis(): Promise<Redis> {
  const directory = await mkdtemp(join(tmpdir(), 'sandlot-bench-redis-'));
  const socket = join(directory, 'redis.sock');
  const settings = ['--port', '0', '--unixsocket', socket, '--dir', directory, '--save', ''];
  const child = spawn('redis-server', [...settings, '--maxmemory-policy', 'noeviction'], { stdio: 'ignore' });
  const ended = new Promise<unknown>((resolve, reject) => {
    child.once('close', resolve);
    child.once('error', reject);
  });
  const close = async () => {
    child.kill();
    await ended;
    await rm(directory, { recursive: true });
  };
  for (let poll = 0; poll < POLLS && !existsSync(socket); poll += 1)
    await Promise.race([sleep(POLL_MS), ended]);
  return { socket, close };
}
