import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from '../require-feature.js';

const START_MS = 10_000;

/** A real Redis server of our own, on a private unix socket. */
export interface RedisServer {
  /** `redis+unix:///…/redis.sock` */
  readonly url: string;
  /** Stops it; with append-only file its data are kept for `start`. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Starts it again after `stop`. */
  start(): Promise<void>;
  /** Stops it for good and removes its directory. */
  destroy(): Promise<void>;
}

/** Starts a Redis server that listens nowhere else. `args` are further options, as `--appendonly yes`. */
export async function startRedis(...args: readonly string[]): Promise<RedisServer> {
  const program = findProgram('redis-server');
  if (program === undefined) throw new Error('redis-server is missing. apt-get install redis-server');
  const directory = await mkdtemp(join(tmpdir(), 'sandlot-redis-'));
  const socket = join(directory, 'redis.sock');
  const log = join(directory, 'log');
  const own = ['--port', '0', '--unixsocket', socket, '--dir', directory, '--save', '', '--logfile', log];
  let child: ChildProcess | undefined;
  const server: RedisServer = {
    url: `redis+unix://${socket}`,
    start: async () => {
      child = spawn(program, [...own, ...args], { stdio: 'ignore' });
      await untilAnswering(socket, child, log);
    },
    stop: async (signal = 'SIGTERM') => {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill(signal);
      await exited;
    },
    destroy: async () => {
      await server.stop('SIGKILL');
      await rm(directory, { recursive: true });
    },
  };
  await server.start();
  return server;
}

async function untilAnswering(socket: string, child: ChildProcess, log: string): Promise<void> {
  const deadline = performance.now() + START_MS;
  while (!(await answers(socket))) {
    if (child.exitCode !== null || performance.now() > deadline)
      throw new Error(`redis-server did not start: ${await readFile(log, 'utf8')}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => socket.write('PING\r\n'));
    socket.once('data', (data) => {
      socket.destroy();
      resolve(data.toString().startsWith('+PONG'));
    });
    socket.once('error', () => resolve(false));
  });
}
