import type { JobQueue, StoredEvent } from '@sandlot/engine';
import { expect, it } from 'vitest';
import { collectEvents, consumeWith, statesOf, waitFor, waitForEnd } from './queue-driver.js';
import { sampleJob, sampleOutput, sampleResult } from './sample-jobs.js';

/** What readers are told. */
export function describeEvents(queue: () => JobQueue): void {
  it('tells a reader who is there from the start everything, in order, and then ends', async () => {
    const job = sampleJob();
    await queue().enqueue(job);
    const reading = collectEvents(queue(), job.id);
    const consumer = await consumeWith(queue(), async (lease) => {
      lease.started();
      lease.publish(sampleOutput('one'));
      await new Promise((resolve) => setTimeout(resolve, 20));
      lease.publish(sampleOutput('two', 1, 3));
      return sampleResult({ kind: 'exited', exitCode: 0 }, 'onetwo');
    });
    const events = await reading;
    expect(events.map(({ event }) => event)).toMatchObject([
      { type: 'state', state: 'queued' },
      { type: 'state', state: 'starting', attempt: 1 },
      { type: 'state', state: 'running', attempt: 1 },
      sampleOutput('one'),
      sampleOutput('two', 1, 3),
      { type: 'state', state: 'succeeded', attempt: 1, outcome: { kind: 'exited', exitCode: 0 } },
    ]);
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    await consumer.close({ graceMs: 1_000 });
  });

  it('tells a late reader the same, and one that resumes only what it has not seen', async () => {
    const job = sampleJob();
    const consumer = await consumeWith(queue(), async (lease) => {
      lease.started();
      for (const [index, text] of ['a', 'b', 'c'].entries()) lease.publish(sampleOutput(text, 1, index));
      return Promise.resolve(sampleResult({ kind: 'exited', exitCode: 1 }, 'abc'));
    });
    await queue().enqueue(job);
    const first = await collectEvents(queue(), job.id);
    const late = await collectEvents(queue(), job.id);
    expect(late).toEqual(first);
    expect(first).toHaveLength(7);
    for (const [index, { id }] of first.entries())
      expect(await collectEvents(queue(), job.id, id)).toEqual(first.slice(index + 1));
    await consumer.close({ graceMs: 1_000 });
  });

  it('takes an id it never gave for the beginning', async () => {
    const job = sampleJob();
    const consumer = await consumeWith(queue(), async () => Promise.resolve(sampleResult()));
    await queue().enqueue(job);
    await waitForEnd(queue(), job.id);
    expect(statesOf(await collectEvents(queue(), job.id, 'no-such\nid'))).toEqual([
      'queued',
      'starting',
      'succeeded',
    ]);
    await consumer.close({ graceMs: 1_000 });
  });

  it('tells many readers of one job the same', async () => {
    const job = sampleJob();
    await queue().enqueue(job);
    const readings = Array.from({ length: 10 }, async () => collectEvents(queue(), job.id));
    const consumer = await consumeWith(queue(), async (lease) => {
      for (let index = 0; index < 50; index += 1) {
        lease.publish(sampleOutput(`${index % 10}`, 1, index));
        if (index % 7 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      }
      return sampleResult();
    });
    const [first, ...others] = await Promise.all(readings);
    expect(first).toHaveLength(53);
    for (const other of others) expect(other).toEqual(first);
    await consumer.close({ graceMs: 1_000 });
  });

  it('lets go of a reader who leaves', async () => {
    const job = sampleJob();
    await queue().enqueue(job);
    const leaving = new AbortController();
    const seen: StoredEvent[] = [];
    const reading = (async () => {
      for await (const event of queue().events(job.id, { signal: leaving.signal })) seen.push(event);
    })();
    await waitFor('the first event', () => (seen.length > 0 ? true : undefined));
    leaving.abort();
    await reading;
    expect(statesOf(seen)).toEqual(['queued']);
    await queue().cancel(job.id);
  });
}
