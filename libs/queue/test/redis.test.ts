import { randomUUID } from 'node:crypto';
import type { JobQueue, NewJob } from '@sandlot/engine';
import {
  collectEvents,
  consumeWith,
  leaseEnd,
  requireProgram,
  sampleId,
  sampleJob,
  sampleOutput,
  sampleResult,
  startRedis,
  statesOf,
  waitFor,
  waitForEnd,
  waitForState,
  type RedisServer,
} from '@sandlot/testing';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createQueue, createRedisQueue } from '../src/index.js';
import { startQueueProcess } from './start-queue-process.js';

const PROMPT_MS = 2_000;

describe.runIf(requireProgram('redis-server', 'redis-server'))('the queue in Redis', () => {
  let server: RedisServer;
  let queues: JobQueue[];
  let prefix: string;
  beforeEach(async () => {
    server = await startRedis('--appendonly', 'yes', '--appendfsync', 'always');
    queues = [];
    prefix = `test-${randomUUID()}`;
  });
  afterEach(async () => {
    for (const queue of queues) await queue.close();
    await server.destroy();
  });

  const open = async (): Promise<JobQueue> => {
    const times = { lockMs: 1_000, stalledCheckMs: 100, random: () => 0, onError: () => undefined };
    const queue = await createRedisQueue({ url: server.url, prefix, ...times });
    queues.push(queue);
    return queue;
  };

  it('shares jobs, events and cancels among processes', async () => {
    const [api, worker] = [await open(), await open()];
    const [job, running] = [sampleJob(), sampleJob()];
    const reasons: unknown[] = [];
    await consumeWith(worker, async (lease) => {
      lease.started();
      lease.publish(sampleOutput('hello'));
      if (lease.record.id === job.id) return Promise.resolve(sampleResult());
      reasons.push(await leaseEnd(lease));
      return sampleResult({ kind: 'cancelled' });
    });
    const reading = collectEvents(api, job.id);
    await api.enqueue(job);
    await api.enqueue(running);
    expect(statesOf(await collectEvents(api, job.id))).toEqual([
      'queued',
      'starting',
      'running',
      'succeeded',
    ]);
    expect(await reading).toEqual([]);
    await waitForState(api, running.id, 'running');
    expect(await api.cancel(running.id)).toBe('requested');
    expect(await waitForEnd(api, running.id)).toMatchObject({ state: 'cancelled' });
    expect(reasons).toEqual(['cancelled']);
  });

  it('runs the job of a killed process on another one', async () => {
    const api = await open();
    const job = sampleJob();
    const times = { lockMs: 1_000, stalledCheckMs: 100 };
    const victim = await startQueueProcess(
      { url: server.url, prefix, dataDir: '/nowhere', ...times },
      { runMs: 60_000 },
    );
    await api.enqueue(job);
    const signal = AbortSignal.timeout(10_000);
    for await (const { event } of api.events(job.id, { signal }))
      if (event.type === 'state' && event.state === 'running') break;
    await victim.kill();
    await consumeWith(await open(), async () => Promise.resolve(sampleResult()), { worker: 'heir' });
    const record = await waitForEnd(api, job.id);
    expect(record).toMatchObject({
      state: 'succeeded',
      attempts: [
        { number: 1, cause: { code: 'worker-lost' } },
        { number: 2, worker: 'heir' },
      ],
    });
    expect(statesOf(await collectEvents(api, job.id)).filter((state) => state === 'starting')).toHaveLength(
      2,
    );
  });

  it('goes on after a restart of Redis, with all it had', async () => {
    const api = await open();
    const [before, during, after] = [sampleJob(), sampleJob(), sampleJob()];
    let finish = (): void => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    await consumeWith(
      await open(),
      async (lease) => {
        lease.started();
        if (lease.record.id === during.id) await finished;
        return sampleResult();
      },
      { concurrency: 1 },
    );
    await api.enqueue(before);
    await waitForEnd(api, before.id);
    await api.enqueue(during);
    const reading = collectEvents(api, during.id).catch(() => 'broken off');
    await waitForState(api, during.id, 'running');
    await server.stop('SIGKILL');
    finish();
    await expect(promptly(api.ping())).rejects.toMatchObject({ code: 'queue-unavailable' });
    await server.start();
    await waitFor('the connection', async () =>
      api
        .ping()
        .then(() => true)
        .catch(() => undefined),
    );
    expect((await api.find(before.id))?.state).toBe('succeeded');
    expect((await waitForEnd(api, during.id)).state).toBe('succeeded');
    await api.enqueue(after);
    expect((await waitForEnd(api, after.id)).state).toBe('succeeded');
    await reading;
  });

  it('says promptly that Redis is gone, from every method', async () => {
    const api = await open();
    const job = sampleJob();
    await api.enqueue(job);
    await server.stop('SIGKILL');
    const signal = AbortSignal.timeout(10_000);
    const calls: Readonly<Record<string, () => Promise<unknown>>> = {
      enqueue: async () => api.enqueue(sampleJob()),
      reserve: async () => api.reserve(sampleId(), { key: 'k', fingerprint: 'f' }),
      reserved: async () => api.enqueue(sampleJob(), { key: 'k', fingerprint: 'f' }),
      find: async () => api.find(job.id),
      cancel: async () => api.cancel(job.id),
      counts: async () => api.counts(),
      ping: async () => api.ping(),
      events: async () => api.events(job.id, { signal })[Symbol.asyncIterator]().next(),
      consume: async () => consumeWith(api, async () => Promise.resolve(sampleResult())),
      open: async () => createRedisQueue({ url: server.url, onError: () => undefined }),
    };
    for (const [name, call] of Object.entries(calls)) {
      const failing = promptly(call());
      await expect(failing, name).rejects.toMatchObject({ code: 'queue-unavailable' });
      await expect(failing, name).rejects.toThrow(/Check that Redis runs at redis\+unix:.*SANDLOT_QUEUE/);
    }
    await server.start();
  });

  it('says promptly that Redis hangs', async () => {
    const api = await open();
    const redis = new Redis(new URL(server.url).pathname);
    await redis.client('PAUSE', 5_000, 'ALL');
    await expect(promptly(api.enqueue(sampleJob()))).rejects.toMatchObject({ code: 'queue-unavailable' });
    await expect(promptly(api.ping())).rejects.toMatchObject({ code: 'queue-unavailable' });
    redis.disconnect();
    await server.stop('SIGKILL');
  });

  it('ends a lease that it cannot renew, and does not take its result', async () => {
    const api = await open();
    const job = sampleJob();
    const reasons: unknown[] = [];
    await consumeWith(await open(), async (lease) => {
      lease.started();
      if (lease.attempt > 1) return Promise.resolve(sampleResult(undefined, 'second'));
      reasons.push(await leaseEnd(lease));
      return sampleResult(undefined, 'first');
    });
    await api.enqueue(job);
    await waitForState(api, job.id, 'running');
    await server.stop('SIGKILL');
    await waitFor('the end of the lease', () => (reasons.length > 0 ? true : undefined));
    expect(reasons).toEqual(['lease-lost']);
    await server.start();
    await waitFor('the connection', async () =>
      api
        .ping()
        .then(() => true)
        .catch(() => undefined),
    );
    const record = await waitForEnd(api, job.id);
    expect(record.result).toEqual(sampleResult(undefined, 'second'));
    expect(['lease-lost', 'worker-lost']).toContain(record.attempts[0]?.cause?.code);
  });

  it('hears of a cancel at its next lock renewal if the message was lost', async () => {
    const api = await open();
    const job = sampleJob();
    await consumeWith(await open(), async (lease) => {
      lease.started();
      await leaseEnd(lease);
      return sampleResult({ kind: 'cancelled' });
    });
    await api.enqueue(job);
    const { attempts } = await waitForState(api, job.id, 'running');
    const redis = new Redis(new URL(server.url).pathname);
    const ledger = { claim: 'run', running: true, cancelRequested: true, attempts };
    await redis.hset(`${prefix}:jobs:${job.id}`, 'sandlot', JSON.stringify(ledger));
    redis.disconnect();
    expect(await waitForEnd(api, job.id)).toMatchObject({ state: 'cancelled', cancelRequested: true });
  });

  it('bounds the history of a job, however much it writes', async () => {
    const api = await open();
    const job = sampleJob();
    const small = { ...job, spec: { ...job.spec, limits: { ...job.spec.limits, outputBytes: 1_000 } } };
    await consumeWith(await open(), async (lease) => {
      for (let index = 0; index < 5_000; index += 1)
        lease.publish(sampleOutput('x'.repeat(100), 1, index * 100));
      return Promise.resolve(sampleResult());
    });
    await api.enqueue(small);
    await waitForEnd(api, job.id);
    const events = await collectEvents(api, job.id);
    expect(events.length).toBeLessThan(2_500);
    expect(events.at(-1)?.event).toMatchObject({ state: 'succeeded' });
    const redis = new Redis(new URL(server.url).pathname);
    expect(await redis.memory('USAGE', `${prefix}:history:${job.id}`)).toBeLessThan(1_000_000);
    redis.disconnect();
  });

  it('bounds the histories of ended jobs together, and forgets first what nobody wants', async () => {
    const api = await open();
    const chunk = 'x'.repeat(1_000_000);
    await consumeWith(await open(), async (lease) => {
      for (let index = 0; index < 4; index += 1) lease.publish(sampleOutput(chunk, 1, index * chunk.length));
      return Promise.resolve(sampleResult({ kind: 'exited', exitCode: 0 }, 'inline'));
    });
    const jobs = Array.from({ length: 5 }, () => sampleJob());
    const lengths = async () =>
      Promise.all(jobs.map(async ({ id }) => (await collectEvents(api, id)).length));
    const [wanted, unwanted] = jobs as [NewJob, NewJob];
    for (const job of jobs) {
      await api.enqueue(job);
      await waitForEnd(api, job.id);
      await collectEvents(api, wanted.id);
    }
    // Acceptance, start, 4 × output, end; or what the record tells, in which output is one event.
    expect(await lengths()).toEqual([7, 4, 4, 7, 7]);
    expect((await collectEvents(api, unwanted.id))[2]?.event).toMatchObject({ text: 'inline' });
    const redis = new Redis(new URL(server.url).pathname);
    expect(Number(await redis.hget(`${prefix}:ended-history-bytes`, 'total'))).toBeLessThan(17_000_000);
    expect(await redis.zcard(`${prefix}:ended-histories`)).toBe(3);
    redis.disconnect();
  });

  it('keeps no results in the event stream of BullMQ', async () => {
    const api = await open();
    const output = 'x'.repeat(16_384);
    await consumeWith(await open(), async () =>
      Promise.resolve(sampleResult({ kind: 'exited', exitCode: 0 }, output)),
    );
    for (let index = 0; index < 20; index += 1) {
      const job = sampleJob();
      await api.enqueue(job);
      await waitForEnd(api, job.id);
    }
    const redis = new Redis(new URL(server.url).pathname);
    expect(await redis.memory('USAGE', `${prefix}:jobs:events`)).toBeLessThan(4 * output.length);
    redis.disconnect();
  });

  it('will not open where jobs could be evicted, and warns where locks could', async () => {
    const redis = new Redis(new URL(server.url).pathname);
    const warnings: string[] = [];
    const onError = (error: Error): void => void warnings.push(error.message);
    await redis.config('SET', 'maxmemory-policy', 'volatile-lru');
    queues.push(await createQueue({ url: server.url, dataDir: '/nowhere', onError }));
    expect(warnings).toEqual([expect.stringMatching(/volatile-lru.*Set maxmemory-policy noeviction/)]);
    await redis.config('SET', 'maxmemory', '100mb', 'maxmemory-policy', 'allkeys-lru');
    await expect(createRedisQueue({ url: server.url, onError })).rejects.toThrow(
      /Set maxmemory-policy noeviction/,
    );
    redis.disconnect();
  });
});

/** Fails if `work` takes longer than a caller should wait. */
async function promptly<T>(work: Promise<T>): Promise<T> {
  const begun = performance.now();
  try {
    return await work;
  } finally {
    expect(performance.now() - begun).toBeLessThan(PROMPT_MS);
  }
}
