import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isTerminal } from '@sandlot/contract';
import type { JobQueue } from '@sandlot/engine';
import {
  collectEvents,
  consumeWith,
  sampleId,
  sampleJob,
  sampleResult,
  statesOf,
  submitWith,
  waitFor,
  waitForEnd,
} from '@sandlot/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEmbeddedQueue, createQueue } from '../src/index.js';
import { startQueueProcess } from './start-queue-process.js';

describe('the embedded queue after a crash', () => {
  let dataDir: string;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'sandlot-crash-'));
  });
  afterEach(async () => rm(dataDir, { recursive: true }));

  it('has every job it acknowledged and every end it told, after kill -9 in the middle of adds and runs', async () => {
    const accepted = new Set<string>();
    const ended = new Set<string>();
    for (let round = 0; round < 4; round += 1) {
      const jobs = Array.from({ length: 300 }, () => sampleJob());
      const victim = await startQueueProcess(
        { url: undefined, dataDir, compactBytes: 50_000, residentBytes: 10_000, segmentBytes: 30_000 },
        { jobs, width: 16, runMs: round % 2 === 0 ? 1 : 20 },
      );
      await waitFor('work to be under way', () =>
        victim.said.ended.size > 20 + round * 10 ? true : undefined,
      );
      await victim.kill();
      for (const id of victim.said.accepted) accepted.add(id);
      for (const id of victim.said.ended) ended.add(id);
    }
    const queue = await createEmbeddedQueue({ dataDir });
    for (const id of accepted) expect(await queue.find(id), `job ${id}`).toBeDefined();
    for (const id of ended) expect((await queue.find(id))?.state).toBe('succeeded');
    const consumer = await consumeWith(queue, async () => Promise.resolve(sampleResult()));
    for (const id of accepted) expect((await waitForEnd(queue, id)).state).toBe('succeeded');
    expect(await queue.counts()).toMatchObject({ queued: 0, starting: 0, running: 0 });
    await consumer.close({ graceMs: 1_000 });
    await queue.close();
  }, 60_000);

  it('runs a job again whose process died, first of all, and counts a lost worker', async () => {
    const [victimJob, waiting] = [sampleJob('victim'), sampleJob('waiting')];
    const victim = await startQueueProcess({ url: undefined, dataDir }, { jobs: [victimJob], runMs: 60_000 });
    await waitFor('the lease', () => (victim.said.leased.has(victimJob.id) ? true : undefined));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await victim.kill();
    const queue = await createEmbeddedQueue({ dataDir });
    expect(await queue.find(victimJob.id)).toMatchObject({
      state: 'queued',
      reason: expect.stringMatching(/worker was lost/) as string,
    });
    await queue.enqueue(waiting);
    const order: string[] = [];
    const handle = async (lease: { readonly record: { readonly id: string } }) => {
      order.push(lease.record.id);
      return Promise.resolve(sampleResult());
    };
    const consumer = await consumeWith(queue, handle, { concurrency: 1 });
    const record = await waitForEnd(queue, victimJob.id);
    await waitForEnd(queue, waiting.id);
    expect(order).toEqual([victimJob.id, waiting.id]);
    expect(record.attempts).toMatchObject([{ number: 1, cause: { code: 'worker-lost' } }, { number: 2 }]);
    await consumer.close({ graceMs: 1_000 });
    await queue.close();
  });

  it('cancels a job whose process died before it could honour the request', async () => {
    const job = sampleJob();
    const victim = await startQueueProcess({ url: undefined, dataDir }, { jobs: [job], runMs: 60_000 });
    await waitFor('the lease', () => (victim.said.leased.has(job.id) ? true : undefined));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await victim.kill();
    const queue = await createEmbeddedQueue({ dataDir });
    expect(await queue.cancel(job.id)).toBe('requested');
    let ran = 0;
    const consumer = await consumeWith(queue, async () => {
      ran += 1;
      return Promise.resolve(sampleResult());
    });
    expect(await waitForEnd(queue, job.id)).toMatchObject({ state: 'cancelled', cancelRequested: true });
    expect(ran).toBe(0);
    await consumer.close({ graceMs: 1_000 });
    await queue.close();
  });

  it.each([
    ['in memory', 1_000_000],
    ['on disk', 0],
  ])(
    'tells the history of a job that ended before a restart from its record, %s',
    async (_, residentBytes) => {
      const [job, cancelled] = [sampleJob(), sampleJob()];
      const idempotency = { key: 'k', fingerprint: 'f' };
      const first = await createEmbeddedQueue({ dataDir, residentBytes });
      const consumer = await consumeWith(first, async () =>
        Promise.resolve(sampleResult(undefined, 'output')),
      );
      await submitWith(first, job, idempotency);
      const record = await waitForEnd(first, job.id);
      await consumer.close({ graceMs: 1_000 });
      await first.enqueue(cancelled);
      await first.cancel(cancelled.id);
      const counts = await first.counts();
      await first.close();

      const second = await createEmbeddedQueue({ dataDir });
      expect(await second.find(job.id)).toEqual(record);
      expect(await second.counts()).toEqual(counts);
      const events = await collectEvents(second, job.id);
      expect(statesOf(events)).toEqual(['queued', 'starting', 'succeeded']);
      expect(events.map(({ event }) => event)).toContainEqual(
        expect.objectContaining({ type: 'output', text: 'output' }),
      );
      expect(statesOf(await collectEvents(second, cancelled.id))).toEqual(['queued', 'cancelled']);
      expect(await submitWith(second, sampleJob(), idempotency)).toMatchObject({
        kind: 'replayed',
        record: { id: job.id },
      });
      await second.close();
    },
  );

  it('keeps a reservation whose process died before it enqueued the job', async () => {
    const reserved = sampleJob();
    const key = { key: 'k', fingerprint: 'f' };
    const victim = await startQueueProcess(
      { url: undefined, dataDir },
      { reserve: { id: reserved.id, ...key } },
    );
    await victim.kill();
    const queue = await createEmbeddedQueue({ dataDir });
    expect(await queue.reserve(sampleId(), key)).toEqual({ kind: 'reserved', id: reserved.id });
    expect(await queue.enqueue(reserved, key)).toMatchObject({ kind: 'accepted' });
    await queue.close();
  });

  it('refuses a second process, and lets it in once the first is gone', async () => {
    const holder = await startQueueProcess({ url: undefined, dataDir }, {});
    const refused = createEmbeddedQueue({ dataDir });
    await expect(refused).rejects.toMatchObject({ code: 'queue-unavailable' });
    await expect(refused).rejects.toThrow(/another process holds .*SANDLOT_DATA_DIR/);
    await holder.kill();
    const queue = await createQueue({ url: 'embedded', dataDir });
    await expect(queue.ping()).resolves.toBeUndefined();
    await queue.close();
    expect(await readdir(join(dataDir, 'queue'))).not.toContain('lock');
  });

  it('refuses what it cannot write, and has all it acknowledged', async () => {
    const jobs = Array.from({ length: 2_000 }, () => sampleJob());
    // No file may grow beyond 100 blocks of 512 bytes (or 1,024, in some shells): write(2) fails with EFBIG.
    const victim = await startQueueProcess(
      { url: undefined, dataDir },
      { jobs, width: 4, shell: 'ulimit -f 100' },
    );
    await waitFor('the refusal', () => (victim.stderr() === '' ? undefined : true));
    await victim.kill();
    expect(victim.stderr()).toMatch(/Cannot write the queue's journal .*EFBIG.*Free space/);
    expect(victim.said.accepted.size).toBeGreaterThan(10);
    expect(victim.said.accepted.size).toBeLessThan(jobs.length);
    const queue = await createEmbeddedQueue({ dataDir });
    await expectAll(queue, victim.said.accepted);
    await queue.close();
  });
});

async function expectAll(queue: JobQueue, ids: ReadonlySet<string>): Promise<void> {
  for (const id of ids) {
    const record = await queue.find(id);
    expect(record, `job ${id}`).toBeDefined();
    expect(record !== undefined && isTerminal(record.state)).toBe(false);
  }
}
