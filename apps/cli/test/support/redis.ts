import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { until } from './until.js';

/** A Redis of its own for one test, on a unix socket in `directory`; with a password if one is given. */
export async function startRedis(
  directory: string,
  password?: string,
): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const socket = join(directory, 'redis.sock');
  const settings = {
    port: '0',
    unixsocket: socket,
    dir: directory,
    save: '',
    'maxmemory-policy': 'noeviction',
    ...(password === undefined ? {} : { requirepass: password }),
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let log = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (log += text));
  const ended = new Promise((resolve) => child.once('close', resolve));
  await until('Redis to start', () => log.includes('eady to accept connections'));
  return {
    url: `redis+unix://${socket}${password === undefined ? '' : `?password=${password}`}`,
    close: async () => {
      child.kill();
      await ended;
    },
  };
}
