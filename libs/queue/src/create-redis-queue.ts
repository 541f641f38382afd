import type { JobQueue } from '@sandlot/engine';
import { queueUnavailable } from './error/queue-unavailable.js';
import { BullJobQueue } from './queue/bull-job-queue.js';
import { resolveOptions, type QueueOptions } from './queue-options.js';
import { checkEviction } from './redis/check-eviction.js';
import { parseRedisUrl } from './redis/parse-redis-url.js';
import { RedisBacking } from './redis/redis-backing.js';
import { openRedis, redisRemedy } from './redis/redis-connection.js';

export interface RedisQueueOptions extends QueueOptions {
  /** `redis://host:port/db`, `rediss://…` or `redis+unix:///path/to/redis.sock?db=N`. */
  readonly url: string;
  /** Every key in Redis begins with it and a colon. @default "sandlot" */
  readonly prefix?: string;
}

/**
 * Opens the queue in Redis, for any number of API and worker processes. A job is as durable as Redis is told to
 * be: with `appendonly yes` it survives a crash of Redis, with `appendfsync always` one of the machine.
 *
 * @throws {InfrastructureError} `queue-unavailable` within 2 s if Redis does not answer, or would evict jobs.
 * @throws {RangeError} if an option is out of range.
 */
export async function createRedisQueue(options: RedisQueueOptions): Promise<JobQueue> {
  const resolved = resolveOptions(options);
  const address = parseRedisUrl(options.url);
  const { onError, retention } = resolved;
  const prompt = { patience: 'prompt', onError } as const;
  const redis = await openRedis(address, prompt);
  try {
    await checkEviction(redis, onError);
    const subscriber = await openRedis(address, prompt);
    const backing = new RedisBacking(redis, subscriber, {
      address,
      prefix: options.prefix ?? 'sandlot',
      retentionMs: retention.ageMs,
      onError,
    });
    return new BullJobQueue(backing, resolved);
  } catch (thrown) {
    redis.disconnect();
    throw thrown instanceof Error && 'code' in thrown
      ? thrown
      : queueUnavailable(`open the queue in ${address.name}`, thrown, redisRemedy(address));
  }
}
