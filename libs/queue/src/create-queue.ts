import type { JobQueue } from '@sandlot/engine';
import { createEmbeddedQueue, type EmbeddedQueueOptions } from './create-embedded-queue.js';
import { createRedisQueue, type RedisQueueOptions } from './create-redis-queue.js';

export interface CreateQueueOptions extends EmbeddedQueueOptions, Omit<RedisQueueOptions, 'url'> {
  /** `undefined` or `embedded`: the queue inside this process. Otherwise the URL of a Redis server. */
  readonly url: string | undefined;
}

/** Opens the queue that `url` names: see `createEmbeddedQueue` and `createRedisQueue`. */
export async function createQueue({ url, ...options }: CreateQueueOptions): Promise<JobQueue> {
  return url === undefined || url === 'embedded'
    ? createEmbeddedQueue(options)
    : createRedisQueue({ ...options, url });
}
