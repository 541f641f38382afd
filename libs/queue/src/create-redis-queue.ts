import type { JobQueue } from '@sandlot/engine';
import { queueUnavailable } from './error/queue-unavailable.js';
import { BullJobQueue } from './queue/bull-job-queue.js';
import { resolveOptions, type QueueOptions } from './queue-options.js';
import { checkEviction } from './redis/check-eviction.js';
import { parseRedisUrl, type RedisAddress } from './redis/parse-redis-url.js';
import { RedisBacking } from './redis/redis-backing.js';
import { openRedis, redisRemedy } from './redis/redis-connection.js';

export interface RedisQueueOptions extends QueueOptions {
  /** Of a server, of sentinels or of a cluster: the forms that `parseRedisUrl` reads. */
  readonly url: string;
  /** Every key in Redis begins with it and a colon; in a cluster with it in braces, so that one node has them all. @default "sandlot" */
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
      prefix: keyPrefix(address, options.prefix),
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

/** A script of Redis may use keys of one slot of a cluster alone: those with the same text in braces (hash tags). */
function keyPrefix({ kind }: RedisAddress, prefix = 'sandlot'): string {
  return kind === 'cluster' && !/\{.+\}/.test(prefix) ? `{${prefix}}` : prefix;
}
