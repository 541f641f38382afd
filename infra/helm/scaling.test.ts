import type { JobHandler } from '@sandlot/engine';
import { createRedisQueue } from '@sandlot/queue';
import {
  consumeWith,
  requireProgram,
  sampleJob,
  sampleResult,
  startRedis,
  startRedisCluster,
} from '@sandlot/testing';
import { Cluster, Redis } from 'ioredis';
import { describe, expect, it, vi } from 'vitest';
import { findManifest, readManifests } from './read-manifests.mjs';

/** As KEDA's redis scaler asks: whichever length the key's type has, 0 if there is none. */
const LENGTH = `
  local kind = redis.call('type', KEYS[1]).ok
  if kind == 'list' then return redis.call('llen', KEYS[1]) end
  if kind == 'zset' then return redis.call('zcard', KEYS[1]) end
  return 0
`;

const WAIT = { timeout: 10_000 };

function scaledObject(rendering: string) {
  const manifests = readManifests(`infra/helm/rendered/${rendering}.yaml`);
  return findManifest(manifests, 'ScaledObject', 'sandlot-worker').spec ?? {};
}

const { triggers = [], advanced } = scaledObject('options');

describe('the ScaledObject', () => {
  it('sums all its triggers, for as many jobs as a worker runs', () => {
    expect(advanced?.scalingModifiers).toEqual({
      formula: triggers.map(({ name }) => name).join(' + '),
      target: '2',
      metricType: 'AverageValue',
    });
    expect(triggers.every(({ type }) => type === 'redis')).toBe(true);
  });

  it.each([
    ['sentinel', 'redis-0.redis:26379,redis-1.redis:26379'],
    ['cluster', 'redis-0.redis:6379,redis-1.redis:6379'],
  ])('asks by the scaler for Redis %s, of all addresses', (kind, addresses) => {
    for (const { type, metadata } of scaledObject(kind).triggers ?? []) {
      expect(type).toBe(`redis-${kind}`);
      expect(metadata).toMatchObject({ addresses });
    }
    expect(scaledObject(kind).triggers).toHaveLength(triggers.length);
  });
});

async function countsIn(redis: Redis) {
  const lengths = triggers.map(({ metadata }) => redis.eval(LENGTH, 1, metadata.listName));
  const [waiting = 0, prioritized = 0, active = 0, delayed = 0] = (await Promise.all(lengths)) as number[];
  return { waiting, prioritized, active, delayed };
}

describe.runIf(requireProgram('redis-server', 'redis-server'))('the ScaledObject on a real queue', () => {
  it('counts what waits and what runs', { timeout: 30_000 }, async () => {
    const server = await startRedis();
    const redis = new Redis(new URL(server.url).pathname);
    const queue = await createRedisQueue({ url: server.url, onError: () => undefined });
    let release = () => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    const count = async () => await countsIn(redis);
    try {
      expect(await count()).toEqual({ waiting: 0, prioritized: 0, active: 0, delayed: 0 });
      for (const job of [sampleJob(), sampleJob(), sampleJob()]) await queue.enqueue(job);
      expect(await count()).toEqual({ waiting: 3, prioritized: 0, active: 0, delayed: 0 });
      const hold: JobHandler = async (lease) => {
        lease.started();
        await released;
        return sampleResult();
      };
      await consumeWith(queue, hold, { concurrency: 2 });
      await vi.waitFor(
        async () => expect(await count()).toEqual({ waiting: 1, prioritized: 0, active: 2, delayed: 0 }),
        WAIT,
      );
      release();
      await vi.waitFor(
        async () => expect(await count()).toEqual({ waiting: 0, prioritized: 0, active: 0, delayed: 0 }),
        WAIT,
      );
    } finally {
      release();
      await queue.close();
      redis.disconnect();
      await server.destroy();
    }
  });
});

describe.runIf(requireProgram('redis-server', 'redis-server'))('a retry that waits', () => {
  it('counts, for without any worker nobody would take it when its time has come', async () => {
    const server = await startRedis();
    const redis = new Redis(new URL(server.url).pathname);
    const queue = await createRedisQueue({ url: server.url, onError: () => undefined });
    try {
      await queue.enqueue(sampleJob());
      const fail: JobHandler = async () => await Promise.reject(new Error('the store is full'));
      await consumeWith(queue, fail, { concurrency: 1 });
      const retry = { waiting: 0, prioritized: 0, active: 0, delayed: 1 };
      await vi.waitFor(async () => expect(await countsIn(redis)).toEqual(retry), WAIT);
    } finally {
      await queue.close();
      redis.disconnect();
      await server.destroy();
    }
  });
});

describe.runIf(requireProgram('redis-server', 'redis-server'))('its triggers for a cluster', () => {
  it('count what waits there', { timeout: 60_000 }, async () => {
    const group = await startRedisCluster();
    const cluster = new Cluster(group.ports.map((port) => ({ host: '127.0.0.1', port })));
    const queue = await createRedisQueue({ url: group.url, onError: () => undefined });
    try {
      for (const job of [sampleJob(), sampleJob()]) await queue.enqueue(job);
      const names = (scaledObject('cluster').triggers ?? []).map(({ metadata }) => metadata.listName);
      const counts = await Promise.all(names.map(async (name) => await cluster.eval(LENGTH, 1, name)));
      expect(counts).toEqual([2, 0, 0, 0]);
    } finally {
      await queue.close();
      cluster.disconnect();
      await group.destroy();
    }
  });
});
