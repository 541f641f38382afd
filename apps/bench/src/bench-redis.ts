import { setTimeout as sleep } from 'node:timers/promises';
import type { JobQueue } from '@sandlot/engine';
import { SMALL, type JobSize } from './payload/job-size.js';
import type { RecordCost, RedisCost } from './simulate/redis-cost.js';
import { forgetHistories, readInfo } from './subject/redis-info.js';
import { consumeJobs, enqueueJobs, failJobs, untilEnded, withRedisQueue } from './subject/redis-queue.js';

const IDLE_MS = 10_000;

/** Puts small jobs through a real Redis, without cells, and asks it what they made it do. */
export async function benchRedis(jobs: number): Promise<RedisCost> {
  return withRedisQueue(async (queue, socket) => {
    const empty = readInfo(socket);
    await enqueueJobs(queue, SMALL, jobs);
    const consumer = await consumeJobs(queue, SMALL);
    await untilEnded(queue, 'succeeded', jobs);
    const ended = readInfo(socket);
    await sleep(IDLE_MS);
    const idle = readInfo(socket);
    await consumer.close({ graceMs: 0 });
    return {
      commandsPerJob: Math.round((ended.commands - empty.commands) / jobs),
      cpuMsPerJob: ((ended.cpuSeconds - empty.cpuSeconds) * 1_000) / jobs,
      idleCommandsPerSecond: (idle.commands - ended.commands) / (IDLE_MS / 1_000),
    };
  });
}

/** Fills a real Redis with jobs of that size, and asks it what it holds for each. */
export async function benchRecords(size: JobSize, jobs: number): Promise<RecordCost> {
  const ended = await withRedisQueue(async (queue, socket) => {
    const empty = readInfo(socket).memory;
    await enqueueJobs(queue, size, jobs);
    const waiting = readInfo(socket).memory;
    const consumer = await consumeJobs(queue, size);
    await untilEnded(queue, 'succeeded', jobs);
    await consumer.close({ graceMs: 0 });
    forgetHistories(socket);
    const kept = readInfo(socket).memory;
    return { waitingBytes: (waiting - empty) / jobs, endedBytes: (kept - empty) / jobs };
  });
  return { name: size.name, ...ended, deadBytes: await withRedisQueue(benchDead(size, jobs)) };
}

function benchDead(size: JobSize, jobs: number) {
  return async (queue: JobQueue, socket: string): Promise<number> => {
    const empty = readInfo(socket).memory;
    await enqueueJobs(queue, size, jobs);
    const consumer = await failJobs(queue);
    await untilEnded(queue, 'dead', jobs);
    await consumer.close({ graceMs: 0 });
    forgetHistories(socket);
    return (readInfo(socket).memory - empty) / jobs;
  };
}
