import { randomUUID } from 'node:crypto';
import { describeJobQueue, requireProgram, startRedis, type RedisServer } from '@sandlot/testing';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe } from 'vitest';
import { createRedisQueue } from '../src/index.js';
import { parseRedisUrl } from '../src/redis/parse-redis-url.js';

describe.runIf(requireProgram('redis-server', 'redis-server'))('on a real Redis', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(async () => server.destroy());

  describeJobQueue('Redis', async (options) => {
    const prefix = `test-${randomUUID()}`;
    const queue = await createRedisQueue({ url: server.url, prefix, ...options });
    return {
      queue,
      loseLock: async (jobId) => {
        const { path } = parseRedisUrl(server.url).options as { readonly path: string };
        const redis = new Redis(path);
        await redis.del(`${prefix}:jobs:${jobId}:lock`);
        redis.disconnect();
      },
      destroy: async () => queue.close(),
    };
  });
});
