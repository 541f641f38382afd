export { createEmbeddedQueue } from './create-embedded-queue.js';
export type { EmbeddedQueueOptions } from './create-embedded-queue.js';
export { createQueue } from './create-queue.js';
export type { CreateQueueOptions } from './create-queue.js';
export { createRedisQueue } from './create-redis-queue.js';
export type { RedisQueueOptions } from './create-redis-queue.js';
export type { QueueOptions, Retention } from './queue-options.js';
