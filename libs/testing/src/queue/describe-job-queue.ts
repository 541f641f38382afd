import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeAcceptance } from './accept-tests.js';
import { describeCancel } from './cancel-tests.js';
import { describeDraining } from './drain-tests.js';
import { describeEvents } from './event-tests.js';
import { describeIdempotency } from './idempotency-tests.js';
import { collectEvents, consumeWith, submitWith, waitFor, waitForEnd } from './queue-driver.js';
import type { HarnessOptions, OpenedQueue, OpenQueue } from './queue-harness.js';
import { describeRetries } from './retry-tests.js';
import { sampleJob, sampleResult } from './sample-jobs.js';

/** What every adapter of the port `JobQueue` must hold. `open` gives an empty queue each time. */
export function describeJobQueue(name: string, open: OpenQueue): void {
  describe(`JobQueue: ${name}`, () => {
    let opened: OpenedQueue;
    beforeEach(async () => {
      opened = await open(DEFAULTS);
    });
    afterEach(async () => opened.destroy());
    const queue = () => opened.queue;

    describe('acceptance', () => describeAcceptance(queue));
    describe('events', () => describeEvents(queue));
    describe('cancel', () => describeCancel(queue));
    describe('retries', () => describeRetries(() => opened));
    describe('draining', () => describeDraining(queue));
    describe('idempotency', () => describeIdempotency(queue));
  });
  describe(`JobQueue: ${name}: retention`, () => describeRetention(open));
}

const DEFAULTS: HarnessOptions = {
  lockMs: 1_000,
  stalledCheckMs: 100,
  random: () => 0,
  onError: () => undefined,
};

function describeRetention(open: OpenQueue): void {
  it('forgets finished jobs once they are too old, by itself', async () => {
    const { queue, destroy } = await open({ ...DEFAULTS, retention: { ageMs: 300 } });
    const consumer = await consumeWith(queue, async () => Promise.resolve(sampleResult()));
    const job = sampleJob();
    const waiting = sampleJob();
    await queue.enqueue(job);
    await waitForEnd(queue, job.id);
    await consumer.close({ graceMs: 1_000 });
    await queue.enqueue(waiting);
    await waitFor('the job to be gone', async () =>
      (await queue.find(job.id)) === undefined ? true : undefined,
    );
    expect(await collectEvents(queue, job.id)).toEqual([]);
    expect((await queue.counts()).succeeded ?? 0).toBe(0);
    expect(await queue.find(waiting.id)).toMatchObject({ state: 'queued' });
    await destroy();
  });

  it('keeps no more finished jobs than told, the newest ones', async () => {
    const { queue, destroy } = await open({ ...DEFAULTS, retention: { count: 3 } });
    const consumer = await consumeWith(queue, async () => Promise.resolve(sampleResult()), {
      concurrency: 1,
    });
    const jobs = Array.from({ length: 6 }, () => sampleJob());
    for (const job of jobs) {
      await queue.enqueue(job);
      await waitForEnd(queue, job.id);
      // Redis orders finished jobs by the millisecond.
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
    const found = await Promise.all(jobs.map(async ({ id }) => queue.find(id)));
    expect(found.map((record) => record !== undefined)).toEqual([false, false, false, true, true, true]);
    await waitFor('the counts', async () => ((await queue.counts()).succeeded === 3 ? true : undefined));
    await consumer.close({ graceMs: 1_000 });
    await destroy();
  });

  it('takes a key anew whose job is no longer kept', async () => {
    const { queue, destroy } = await open({ ...DEFAULTS, retention: { ageMs: 200 } });
    const consumer = await consumeWith(queue, async () => Promise.resolve(sampleResult()));
    const idempotency = { key: 'again', fingerprint: 'f' };
    const [first, second] = [sampleJob(), sampleJob()];
    await submitWith(queue, first, idempotency);
    await waitFor('the job to be gone', async () =>
      (await queue.find(first.id)) === undefined ? true : undefined,
    );
    expect(await submitWith(queue, second, idempotency)).toMatchObject({
      kind: 'accepted',
      record: { id: second.id },
    });
    await consumer.close({ graceMs: 1_000 });
    await destroy();
  });
}
