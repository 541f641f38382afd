import { randomUUID } from 'node:crypto';
import {
  describeJobQueue,
  requireProgram,
  startRedis,
  startRedisCluster,
  type RedisGroup,
  type RedisServer,
} from '@sandlot/testing';
import { Cluster, Redis } from 'ioredis';
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

describe.runIf(requireProgram('redis-server', 'redis-server'))('on a real Redis Cluster', () => {
  let group: RedisGroup;
  beforeAll(async () => {
    group = await startRedisCluster();
  }, 60_000);
  afterAll(async () => group.destroy());

  describeJobQueue('Redis Cluster', async (options) => {
    const prefix = `test-${randomUUID()}`;
    const queue = await createRedisQueue({ url: group.url, prefix, ...options });
    return {
      queue,
      loseLock: async (jobId) => {
        const cluster = new Cluster(group.ports.map((port) => ({ host: '127.0.0.1', port })));
        await cluster.del(`{${prefix}}:jobs:${jobId}:lock`);
        cluster.disconnect();
      },
      destroy: async () => queue.close(),
    };
  });
});
