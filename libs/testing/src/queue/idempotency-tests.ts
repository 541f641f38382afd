import { randomUUID } from 'node:crypto';
import { InfrastructureError, type IdempotencyKey, type JobQueue, type NewJob } from '@sandlot/engine';
import { expect, it } from 'vitest';
import { consumeWith, submitWith, waitForEnd } from './queue-driver.js';
import { sampleId, sampleJob, sampleResult } from './sample-jobs.js';

/** One job per key, and per id. */
export function describeIdempotency(queue: () => JobQueue): void {
  it('reserves an id once per key, and gives the job to whoever repeats the request', async () => {
    const idempotency = { key: randomUUID(), fingerprint: 'f1' };
    const first = sampleJob();
    expect(await queue().reserve(first.id, idempotency)).toEqual({ kind: 'reserved', id: first.id });
    expect(await queue().enqueue(first, idempotency)).toMatchObject({
      kind: 'accepted',
      record: { ...first, state: 'queued' },
    });
    const again = await queue().reserve(sampleId(), idempotency);
    expect(again).toMatchObject({ kind: 'replayed', record: { ...first, state: 'queued' } });
    const consumer = await consumeWith(queue(), async () => Promise.resolve(sampleResult()));
    await waitForEnd(queue(), first.id);
    const later = await queue().reserve(sampleId(), idempotency);
    expect(later).toMatchObject({ kind: 'replayed', record: { id: first.id, state: 'succeeded' } });
    await consumer.close({ graceMs: 1_000 });
  });

  it('refuses a key with another body, with and without its job', async () => {
    const key = `${randomUUID()} with: spaces, ünicode and ${'length'.repeat(100)}`;
    const first = sampleJob();
    await queue().reserve(first.id, { key, fingerprint: 'f1' });
    const other = { key, fingerprint: 'f2' };
    expect(await queue().reserve(sampleId(), other)).toEqual({ kind: 'conflict' });
    await queue().enqueue(first, { key, fingerprint: 'f1' });
    expect(await queue().reserve(sampleId(), other)).toEqual({ kind: 'conflict' });
    await queue().cancel(first.id);
  });

  it('gives the id of a request that died before it enqueued its job to the next one', async () => {
    const idempotency = { key: randomUUID(), fingerprint: 'f' };
    const dead = sampleId();
    await queue().reserve(dead, idempotency);
    for (let round = 0; round < 3; round += 1)
      expect(await queue().reserve(sampleId(), idempotency)).toEqual({ kind: 'reserved', id: dead });
    expect(await queue().find(dead)).toBeUndefined();
    expect(await queue().enqueue(sampleJob('x', dead), idempotency)).toMatchObject({ kind: 'accepted' });
    expect(await queue().reserve(sampleId(), idempotency)).toMatchObject({
      kind: 'replayed',
      record: { id: dead },
    });
    await queue().cancel(dead);
  });

  it('knows a job whose process died before its key could be told', async () => {
    const idempotency = { key: randomUUID(), fingerprint: 'f' };
    const job = sampleJob();
    await queue().reserve(job.id, idempotency);
    // As if the note that follows the job had been lost.
    await queue().enqueue(job);
    expect(await queue().reserve(sampleId(), idempotency)).toMatchObject({
      kind: 'replayed',
      record: { id: job.id },
    });
    await queue().cancel(job.id);
  });

  it('adds no job twice under one id', async () => {
    const job = sampleJob('first');
    expect(await queue().enqueue(job)).toMatchObject({ kind: 'accepted' });
    const again = await queue().enqueue({ ...sampleJob('second'), id: job.id });
    expect(again).toMatchObject({ kind: 'replayed', record: job });
    let ran = 0;
    const consumer = await consumeWith(queue(), async () => {
      ran += 1;
      return Promise.resolve(sampleResult());
    });
    await waitForEnd(queue(), job.id);
    expect(await queue().enqueue(job)).toMatchObject({ kind: 'replayed', record: { state: 'succeeded' } });
    await queue()
      .enqueue(sampleJob())
      .then(async ({ record }) => waitForEnd(queue(), record.id));
    expect(ran).toBe(2);
    await consumer.close({ graceMs: 1_000 });
  });

  it('has one job for a key however many send it at once, and its contents are there', async () => {
    const contents = new Map<string, string>();
    const seen: (string | undefined)[] = [];
    const consumer = await consumeWith(queue(), async ({ record }) => {
      seen.push(contents.get(record.id));
      return Promise.resolve(sampleResult());
    });
    for (let round = 0; round < 20; round += 1) {
      const idempotency = { key: randomUUID(), fingerprint: 'same' };
      const jobs = Array.from({ length: 8 }, () => sampleJob());
      const results = await Promise.all(
        jobs.map(async (job, index) =>
          submitWith(queue(), job, idempotency, async (id) => {
            await new Promise((resolve) => setTimeout(resolve, (index * 7) % 4));
            contents.set(id, idempotency.key);
          }),
        ),
      );
      const ids = results.map(({ record }) => record.id);
      expect(new Set(ids).size).toBe(1);
      expect(results.filter(({ kind }) => kind === 'accepted')).toHaveLength(1);
      const found = await Promise.all(jobs.map(async ({ id }) => queue().find(id)));
      expect(found.filter((record) => record !== undefined)).toHaveLength(1);
      await waitForEnd(queue(), ids[0] ?? '');
      expect(seen).toHaveLength(round + 1);
      expect(seen.at(-1)).toBe(idempotency.key);
    }
    await consumer.close({ graceMs: 1_000 });
  });

  it('does not accept a job under a key that has another id', async () => {
    const idempotency: IdempotencyKey = { key: randomUUID(), fingerprint: 'f' };
    const [holder, other]: readonly NewJob[] = [sampleJob(), sampleJob()];
    if (!holder || !other) throw new TypeError('two jobs');
    await queue().reserve(holder.id, idempotency);
    const refused = queue().enqueue(other, idempotency);
    await expect(refused).rejects.toThrow(InfrastructureError);
    await expect(refused).rejects.toThrow(/stands for another job by now\. Send the request again/);
    expect(await queue().find(other.id)).toBeUndefined();
  });
}
