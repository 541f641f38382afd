import { randomUUID } from 'node:crypto';
import { InfrastructureError, type JobQueue } from '@sandlot/engine';
import {
  consumeWith,
  requireProgram,
  sampleJob,
  sampleResult,
  startRedisCluster,
  startRedisSentinels,
  waitFor,
  type RedisGroup,
} from '@sandlot/testing';
import { Cluster, Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRedisQueue } from '../src/index.js';

const LOCALHOST = '127.0.0.1';

/** Where the queue's keys are written: a connection to that server alone. */
interface Kind {
  readonly start: () => Promise<RedisGroup>;
  readonly portOfMaster: (group: RedisGroup, prefix: string) => Promise<number>;
}

const KINDS: Readonly<Record<string, Kind>> = {
  'Redis Sentinel': {
    start: startRedisSentinels,
    portOfMaster: async ({ ports }) => {
      const sentinel = new Redis(ports.at(-1)!);
      const [, port] = (await sentinel.call('SENTINEL', 'get-master-addr-by-name', 'jobs')) as string[];
      sentinel.disconnect();
      return Number(port);
    },
  },
  'Redis Cluster': {
    start: startRedisCluster,
    portOfMaster: async ({ ports }, prefix) => {
      const cluster = new Cluster(ports.map((port) => ({ host: LOCALHOST, port })));
      const slot = await cluster.cluster('KEYSLOT', `{${prefix}}`);
      const [master = ''] = cluster.slots[slot] ?? [];
      cluster.disconnect();
      return Number(master.split(':')[1]);
    },
  },
};

describe.runIf(requireProgram('redis-server', 'redis-server')).each(Object.entries(KINDS))(
  'the queue in %s',
  (_, { start, portOfMaster }) => {
    let group: RedisGroup;
    let queues: JobQueue[];
    let prefix: string;
    beforeEach(async () => {
      group = await start();
      queues = [];
      prefix = `test-${randomUUID()}`;
    }, 60_000);
    afterEach(async () => {
      for (const queue of queues) await queue.close();
      await group.destroy();
    });

    const open = async (): Promise<JobQueue> => {
      const times = { lockMs: 3_000, stalledCheckMs: 300, random: () => 0, onError: () => undefined };
      const queue = await createRedisQueue({ url: group.url, prefix, ...times });
      queues.push(queue);
      return queue;
    };

    it('runs every accepted job though its master dies, and takes new ones', async () => {
      const api = await open();
      let begun = 0;
      await consumeWith(await open(), async (lease) => {
        lease.started();
        begun += 1;
        await new Promise((resolve) => setTimeout(resolve, 50));
        return sampleResult();
      });
      const jobs = Array.from({ length: 20 }, () => sampleJob());
      for (const job of jobs) await api.enqueue(job);
      await waitFor('some that have begun', () => (begun > 2 ? true : undefined));
      const port = await portOfMaster(group, prefix);
      await replicated(port);
      await group.kill(port);
      const later = Array.from({ length: 5 }, () => sampleJob());
      for (const job of later) {
        const accept = async () => (await unlessUnavailable(api.enqueue(job)))?.kind;
        await expect.poll(accept, { timeout: 30_000 }).toBeDefined();
      }
      for (const { id } of [...jobs, ...later]) {
        const state = async () => (await unlessUnavailable(api.find(id)))?.state;
        await expect.poll(state, { timeout: 60_000 }).toBe('succeeded');
      }
      expect(await portOfMaster(group, prefix)).not.toBe(port);
    }, 120_000);
  },
);

/** What a client does who is told to try again begins with this. */
async function unlessUnavailable<T>(call: Promise<T>): Promise<T | undefined> {
  return await call.catch((error: unknown) => {
    if (error instanceof InfrastructureError && error.code === 'queue-unavailable') return undefined;
    throw error;
  });
}

/** What the master has acknowledged its replica has too: Redis copies without being waited for. */
async function replicated(port: number): Promise<void> {
  const master = new Redis(port);
  expect(await master.wait(1, 5_000)).toBeGreaterThanOrEqual(1);
  master.disconnect();
}
