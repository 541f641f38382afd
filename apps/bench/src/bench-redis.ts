import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JobQueue } from '@sandlot/engine';
import { createQueue } from '@sandlot/queue';
import { smallJob, smallResult } from './payload/small-job.js';
import type { RedisCost } from './simulate/redis-cost.js';
import { startRedis } from './subject/redis.js';

const IDLE_MS = 10_000;
/** What a job writes: a screen of text. */
const OUTPUT = 'x'.repeat(1_024);

/** Puts jobs of a common size through a real Redis, without cells, and asks it what that cost. */
export async function benchRedis(jobs: number): Promise<RedisCost> {
  const redis = await startRedis();
  const queue = await createQueue({
    url: `redis+unix://${redis.socket}`,
    dataDir: '/nonexistent',
    onError: () => {},
  });
  try {
    return await measure(queue, redis.socket, jobs);
  } finally {
    await queue.close();
    await redis.close();
  }
}

async function measure(queue: JobQueue, socket: string, jobs: number): Promise<RedisCost> {
  const empty = readInfo(socket);
  for (let index = 0; index < jobs; index += 1) await queue.enqueue(smallJob());
  const waiting = readInfo(socket);
  const consumer = await queue.consume({
    worker: 'bench',
    concurrency: 8,
    onError: () => {},
    handle: async (lease) => {
      lease.started();
      lease.publish({
        type: 'output',
        attempt: lease.attempt,
        step: 'run',
        stream: 'stdout',
        offset: 0,
        encoding: 'utf8',
        text: OUTPUT,
      });
      return smallResult(OUTPUT);
    },
  });
  while (((await queue.counts()).succeeded ?? 0) < jobs) await sleep(500);
  const ended = readInfo(socket);
  await sleep(IDLE_MS);
  const idle = readInfo(socket);
  await consumer.close({ graceMs: 0 });
  return {
    waitingBytes: Math.round((waiting.memory - empty.memory) / jobs),
    endedBytes: Math.round((ended.memory - empty.memory) / jobs),
    commandsPerJob: Math.round((ended.commands - empty.commands) / jobs),
    cpuMsPerJob: ((ended.cpuSeconds - empty.cpuSeconds) * 1_000) / jobs,
    idleCommandsPerSecond: (idle.commands - ended.commands) / (IDLE_MS / 1_000),
  };
}

/** INFO of redis(1): what it holds and what it has done. */
function readInfo(socket: string): {
  readonly memory: number;
  readonly commands: number;
  readonly cpuSeconds: number;
} {
  const text = execFileSync('redis-cli', ['-s', socket, 'info', 'all'], { encoding: 'utf8' });
  const field = (name: string) => Number(new RegExp(`^${name}:(\\S+)`, 'm').exec(text)?.[1]);
  const calls = [...text.matchAll(/^cmdstat_\S+:calls=(\d+)/gm)];
  return {
    memory: field('used_memory'),
    commands: calls.reduce((sum, [, count]) => sum + Number(count), 0),
    cpuSeconds: field('used_cpu_user') + field('used_cpu_sys'),
  };
}
