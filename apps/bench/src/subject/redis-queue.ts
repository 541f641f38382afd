import { setTimeout as sleep } from 'node:timers/promises';
import type { JobConsumer, JobQueue } from '@sandlot/engine';
import { createQueue } from '@sandlot/queue';
import { sizedJob, sizedResult } from '../payload/sized-job.js';
import type { JobSize } from '../payload/job-size.js';
import { startRedis } from './redis.js';

const POLL_MS = 500;

/** Lends a queue in a Redis of its own. */
export async function withRedisQueue<T>(use: (queue: JobQueue, socket: string) => Promise<T>): Promise<T> {
  const redis = await startRedis();
  const queue = await createQueue({
    url: `redis+unix://${redis.socket}`,
    dataDir: '/nonexistent',
    // A job that fails is tried again at once.
    random: () => 0,
    onError: () => {},
  });
  try {
    return await use(queue, redis.socket);
  } finally {
    await queue.close();
    await redis.close();
  }
}

export async function enqueueJobs(queue: JobQueue, size: JobSize, jobs: number): Promise<void> {
  for (let index = 0; index < jobs; index += 1) await queue.enqueue(sizedJob(size));
}

/** Starts what stands for a worker, without cells: each job writes its output and succeeds. */
export async function consumeJobs(queue: JobQueue, size: JobSize): Promise<JobConsumer> {
  const text = 'x'.repeat(size.stdout);
  return queue.consume({
    worker: 'bench',
    concurrency: 8,
    onError: () => {},
    handle: async (lease) => {
      const { attempt } = lease;
      lease.started();
      lease.publish({
        type: 'output',
        attempt,
        step: 'run',
        stream: 'stdout',
        offset: 0,
        encoding: 'utf8',
        text,
      });
      return Promise.resolve(sizedResult(size));
    },
  });
}

/** Starts a worker that fails at every job. */
export async function failJobs(queue: JobQueue): Promise<JobConsumer> {
  const handle = async () => Promise.reject(new Error('Cannot reach the data directory'));
  return queue.consume({ worker: 'bench', concurrency: 8, onError: () => {}, handle });
}

export async function untilEnded(queue: JobQueue, state: 'succeeded' | 'dead', jobs: number): Promise<void> {
  while (((await queue.counts())[state] ?? 0) < jobs) await sleep(POLL_MS);
}
