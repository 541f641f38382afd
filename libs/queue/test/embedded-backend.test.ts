import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '@sandlot/testing';
import { Queue, QueueEvents, Worker, type IQueueBackend } from 'bullmq';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EmbeddedBacking } from '../src/embedded/embedded-backing.js';
import { DurableState } from '../src/state/durable-state.js';

type AnyQueue = Queue<number, number, string, number, number, string, IQueueBackend, object>;

describe.each([
  ['in memory', 1_000_000],
  ['on disk', 0],
])("BullMQ's own API on the embedded backend, finished jobs %s", (_, residentBytes) => {
  let directory: string;
  let backing: EmbeddedBacking;
  let queue: AnyQueue;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sandlot-backend-'));
    const onError = (error: Error): never => {
      throw error;
    };
    const state = await DurableState.open({
      directory,
      compactBytes: 1_000_000,
      residentBytes,
      segmentBytes: 1_000_000,
      onError,
    });
    backing = new EmbeddedBacking(state, { retentionMs: 1_000 });
    queue = new Queue('q', { connection: {} }, backing.producer.backendFactory);
  });
  afterEach(async () => {
    await queue.close();
    await backing.close();
    await rm(directory, { recursive: true });
  });

  const work = async (
    count: number,
    handle?: (data: number) => Promise<number>,
  ): Promise<readonly number[]> => {
    const order: number[] = [];
    const worker = new Worker<number, number, string, IQueueBackend, number, object>(
      'q',
      async ({ data }) => {
        order.push(data);
        return handle === undefined ? data : handle(data);
      },
      { connection: {}, concurrency: 1 },
      backing.producer.backendFactory,
    );
    worker.on('error', () => undefined);
    await waitFor(`${count} jobs`, () => (order.length >= count ? true : undefined));
    await worker.close();
    return order;
  };

  /** If finished jobs go to disk at once, waits until they are there. */
  const archived = async (state: 'completed' | 'failed') =>
    waitFor('finished jobs to be on disk', () =>
      residentBytes > 0 || backing.store.state[state].inMemory.size === 0 ? true : undefined,
    );

  it('looks up, changes, removes and cleans finished jobs', async () => {
    const jobs = await queue.addBulk([1, 2, 3, 4].map((data) => ({ name: 'j', data })));
    const [first, second] = jobs;
    await work(4);
    await archived('completed');
    const backend = queue.getBackend();
    expect(await queue.getJobCounts('completed')).toEqual({ completed: 4 });
    expect(await queue.getJob(first?.id ?? '')).toMatchObject({ data: 1, returnvalue: 1, attemptsMade: 1 });
    expect(await backend.isFinished(first?.id ?? '', true)).toEqual([1, '1']);
    expect(await backend.isJobInState('completed', first?.id ?? '')).toBe(true);
    expect((await queue.getCompleted(1, 2)).map(({ data }) => data)).toEqual([3, 2]);
    await first?.updateProgress(7);
    expect(await queue.getJob(first?.id ?? '')).toMatchObject({ progress: 7, returnvalue: 1 });
    await archived('completed');
    expect(await queue.getJob(first?.id ?? '')).toMatchObject({ progress: 7, returnvalue: 1 });
    await expect(first?.promote()).rejects.toMatchObject({ code: -3 });
    expect(await queue.add('j', 9, { jobId: second?.id ?? '' })).toMatchObject({ id: second?.id });
    expect(await queue.getJobCounts('completed', 'waiting')).toEqual({ completed: 4, waiting: 0 });
    expect(await queue.remove(second?.id ?? '')).toBe(1);
    expect(await queue.getJob(second?.id ?? '')).toBeUndefined();
    expect(await queue.clean(0, 2, 'completed')).toHaveLength(2);
    expect(await queue.getJobCounts('completed')).toEqual({ completed: 1 });
    await queue.pause();
    await queue.obliterate();
    expect(await queue.getJobCounts('completed')).toEqual({ completed: 0 });
  });

  it('runs jobs without priority first, then by priority, equals in order; lifo before all', async () => {
    await queue.add('j', 1);
    await queue.add('j', 5, { priority: 9 });
    await queue.add('j', 3, { priority: 2 });
    await queue.addBulk(
      [2, 4].map((data) => ({ name: 'j', data, ...(data === 4 ? { opts: { priority: 2 } } : {}) })),
    );
    await queue.add('j', 0, { lifo: true });
    expect(await queue.getJobCounts('waiting', 'prioritized')).toEqual({ waiting: 3, prioritized: 3 });
    expect(await queue.getCountsPerPriority([0, 2, 9])).toEqual({ 0: 3, 2: 2, 9: 1 });
    expect((await queue.getWaiting()).map(({ data }) => data)).toEqual([0, 1, 2]);
    expect((await queue.getWaiting(1, 1)).map(({ data }) => data)).toEqual([1]);
    expect(await work(6)).toEqual([0, 1, 2, 3, 4, 5]);
    await archived('completed');
    expect((await queue.getCompleted()).map(({ returnvalue }) => returnvalue)).toEqual([5, 4, 3, 2, 1, 0]);
  });

  it('runs delayed jobs when they are due, sooner when promoted or changed', async () => {
    const begun = performance.now();
    await queue.add('j', 2, { delay: 60 });
    await queue.add('j', 1, { delay: 20 });
    const changed = await queue.add('j', 3, { delay: 60_000 });
    const promoted = await queue.add('j', 0, { delay: 60_000 });
    expect(await queue.getDelayedCount()).toBe(4);
    await changed.changeDelay(100);
    await promoted.promote();
    expect(await work(4)).toEqual([0, 1, 2, 3]);
    expect(performance.now() - begun).toBeGreaterThan(90);
  });

  it('pauses, resumes, drains, cleans, removes and obliterates', async () => {
    await queue.pause();
    expect(await queue.isPaused()).toBe(true);
    const [first] = await Promise.all(
      [1, 2, 3].map(async (data) => queue.add('j', data, { jobId: `job-${data}` })),
    );
    await first?.remove();
    expect(await queue.getJob('job-1')).toBeUndefined();
    expect(await queue.remove('job-2')).toBe(1);
    expect(await queue.clean(0, 10, 'wait')).toEqual(['job-3']);
    await queue.add('j', 4);
    await queue.drain();
    expect(await queue.count()).toBe(0);
    await queue.add('j', 5);
    await queue.resume();
    expect(await work(1)).toEqual([5]);
    await expect(queue.obliterate()).resolves.toBeUndefined();
    expect(await queue.getJobCounts()).toMatchObject({ completed: 0, waiting: 0 });
  });

  it('fails, retries by attempts and backoff, and retries finished jobs', async () => {
    let tries = 0;
    await queue.add('j', 1, { attempts: 2, backoff: 5 });
    await work(2, async () => {
      tries += 1;
      return Promise.reject(new Error(`no ${tries}`));
    });
    const [failed] = await queue.getFailed();
    expect(failed).toMatchObject({ failedReason: 'no 2', attemptsMade: 2, attemptsStarted: 2 });
    expect(await failed?.getState()).toBe('failed');
    await archived('failed');
    await failed?.retry();
    expect(await failed?.isWaiting()).toBe(true);
    expect(await work(1)).toEqual([1]);
    expect(await failed?.getState()).toBe('completed');
    await archived('completed');
    await queue.retryJobs({ state: 'completed' });
    expect(await queue.count()).toBe(1);
  });

  it('refuses moves by a worker that does not hold the lock', async () => {
    const job = await queue.add('j', 1);
    const backend = queue.getBackend();
    await backend.moveToActive('mine');
    await expect(backend.moveToCompleted(job, 1, false, 'theirs', false)).rejects.toMatchObject({ code: -6 });
    await expect(backend.moveToDelayed(job.id ?? '', 1, 1, 'theirs')).rejects.toMatchObject({ code: -6 });
    expect(await backend.extendLocks([job.id ?? ''], ['theirs'], 1)).toEqual([job.id]);
    expect(await queue.remove(job.id ?? '')).toBe(0);
    expect(await backend.extendLock(job.id ?? '', 'mine', 1)).toBe(1);
    await backend.moveToCompleted(job, 1, false, 'mine', false);
    await archived('completed');
    await expect(backend.moveToCompleted(job, 1, false, 'mine', false)).rejects.toMatchObject({ code: -2 });
  });

  it('holds the number of active jobs of the whole queue', async () => {
    await queue.setGlobalConcurrency(1);
    await queue.addBulk([1, 2].map((data) => ({ name: 'j', data })));
    const backend = queue.getBackend();
    expect((await backend.moveToActive('a'))[0]).toMatchObject({ name: 'j' });
    expect(await queue.isMaxed()).toBe(true);
    expect((await backend.moveToActive('b'))[0]).toBeNull();
    await queue.removeGlobalConcurrency();
    expect((await backend.moveToActive('b'))[0]).toMatchObject({ name: 'j' });
  });

  it('streams events to those who listen', async () => {
    const events = new QueueEvents<object, IQueueBackend, object>(
      'q',
      { connection: {} },
      backing.producer.backendFactory,
    );
    const seen: string[] = [];
    for (const name of ['added', 'active', 'completed'] as const) events.on(name, () => seen.push(name));
    await events.waitUntilReady();
    await new Promise((resolve) => setTimeout(resolve, 20));
    await queue.add('j', 1);
    await work(1);
    await waitFor('all events', () => (seen.length === 3 ? true : undefined));
    expect(seen).toEqual(['added', 'active', 'completed']);
    await events.close();
  });

  it('says what it does not support', async () => {
    await expect(queue.upsertJobScheduler('s', { every: 1_000 })).rejects.toThrow(
      /job schedulers are not supported by the embedded backend.*SANDLOT_QUEUE=redis/,
    );
    await expect(queue.add('j', 1, { deduplication: { id: 'd' } })).rejects.toThrow(/deduplication/);
    await expect(queue.getDependencies('p', 'processed', 0, 1)).rejects.toThrow(/flows/);
    await expect(queue.rateLimit(5)).rejects.toThrow(/rate limits/);
  });
});
