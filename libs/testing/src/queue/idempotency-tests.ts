import { randomUUID } from 'node:crypto';
import type { JobQueue } from '@sandlot/engine';
import { expect, it } from 'vitest';
import { consumeWith, waitForEnd } from './queue-driver.js';
import { sampleJob, sampleResult } from './sample-jobs.js';

/** One job per key. */
export function describeIdempotency(queue: () => JobQueue): void {
  it('accepts a key once, and gives that job to whoever repeats it', async () => {
    const idempotency = { key: randomUUID(), fingerprint: 'f1' };
    const first = sampleJob();
    expect(await queue().enqueue(first, idempotency)).toMatchObject({
      kind: 'accepted',
      record: { id: first.id },
    });
    const again = await queue().enqueue(sampleJob(), idempotency);
    expect(again).toMatchObject({ kind: 'replayed', record: { id: first.id, state: 'queued' } });
    const consumer = await consumeWith(queue(), async () => Promise.resolve(sampleResult()));
    await waitForEnd(queue(), first.id);
    const later = await queue().enqueue(sampleJob(), idempotency);
    expect(later).toMatchObject({ kind: 'replayed', record: { id: first.id, state: 'succeeded' } });
    await consumer.close({ graceMs: 1_000 });
  });

  it('refuses a key with another body', async () => {
    const key = `${randomUUID()} with: spaces, ünicode and ${'length'.repeat(100)}`;
    const first = sampleJob();
    await queue().enqueue(first, { key, fingerprint: 'f1' });
    const other = sampleJob();
    expect(await queue().enqueue(other, { key, fingerprint: 'f2' })).toEqual({ kind: 'conflict' });
    expect(await queue().find(other.id)).toBeUndefined();
    await queue().cancel(first.id);
  });

  it('has one job for a key however many send it at once', async () => {
    for (let round = 0; round < 20; round += 1) {
      const idempotency = { key: randomUUID(), fingerprint: 'same' };
      const jobs = Array.from({ length: 8 }, () => sampleJob());
      const results = await Promise.all(jobs.map(async (job) => queue().enqueue(job, idempotency)));
      const ids = new Set(
        results.map((result) => (result.kind === 'conflict' ? 'conflict' : result.record.id)),
      );
      expect(ids.size).toBe(1);
      expect(results.filter(({ kind }) => kind === 'accepted')).toHaveLength(1);
      const found = await Promise.all(jobs.map(async ({ id }) => queue().find(id)));
      expect(found.filter((record) => record !== undefined)).toHaveLength(1);
      await queue().cancel([...ids][0] ?? '');
    }
  });
}
