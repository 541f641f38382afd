import { expect, it } from 'vitest';
import type { JobQueue } from '@sandlot/engine';
import { collectEvents, consumeWith, waitFor, waitForEnd, waitForState } from './queue-driver.js';
import { sampleId, sampleJob, sampleResult } from './sample-jobs.js';

/** Accepting, finding, running and counting jobs. */
export function describeAcceptance(queue: () => JobQueue): void {
  it('accepts a job and finds it, queued and as it was given', async () => {
    const job = sampleJob('äöü\n"quoted"');
    const accepted = await queue().enqueue(job);
    expect(accepted).toMatchObject({ kind: 'accepted', record: { ...job, state: 'queued' } });
    const record = await queue().find(job.id);
    expect(record).toMatchObject({ ...job, state: 'queued', cancelRequested: false, attempts: [] });
    expect(Date.parse(record?.queuedAt ?? '')).toBeGreaterThan(Date.now() - 10_000);
  });

  it('finds nothing under an id that was never given', async () => {
    expect(await queue().find(sampleId())).toBeUndefined();
    expect(await collectEvents(queue(), sampleId())).toEqual([]);
  });

  it.each(['../jobs', '%2e%2e%2fmeta', 'meta', 'id', '', '__proto__', '\0', '*', 'a'.repeat(100_000)])(
    'takes text that is no id for no job, whatever it names elsewhere: %.20j',
    async (text) => {
      expect(await queue().find(text)).toBeUndefined();
      expect(await queue().cancel(text)).toBe('not-found');
      expect(await collectEvents(queue(), text)).toEqual([]);
      await expect(queue().enqueue({ ...sampleJob(), id: text })).rejects.toThrow(/^Expected a job id/);
    },
  );

  it('keeps whose a job is, from its acceptance to its end', async () => {
    const consumer = await consumeWith(queue(), async () => Promise.resolve(sampleResult()));
    const job = { ...sampleJob(), tenant: 'acme' };
    expect((await queue().enqueue(job)).record.tenant).toBe('acme');
    expect((await waitForEnd(queue(), job.id)).tenant).toBe('acme');
    await consumer.close({ graceMs: 1_000 });
  });

  it.each([
    [{ kind: 'exited', exitCode: 0 }, 'succeeded'],
    [{ kind: 'exited', exitCode: 3 }, 'failed'],
    [{ kind: 'memory-exceeded', limitBytes: 1 }, 'failed'],
    [{ kind: 'cancelled' }, 'cancelled'],
    [{ kind: 'deadline-passed' }, 'expired'],
  ] as const)('runs a job to its end: outcome %j is state %s', async (outcome, state) => {
    const consumer = await consumeWith(queue(), async () => Promise.resolve(sampleResult(outcome, 'out')));
    const job = sampleJob();
    await queue().enqueue(job);
    const record = await waitForEnd(queue(), job.id);
    expect(record).toMatchObject({ state, result: sampleResult(outcome, 'out') });
    expect(record.attempts).toMatchObject([{ number: 1, worker: 'worker-a' }]);
    expect(record.attempts[0]?.cause).toBeUndefined();
    const times = [record.queuedAt, record.startedAt, record.finishedAt].map((time) =>
      Date.parse(time ?? ''),
    );
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(record.attempts[0]?.endedAt).toBe(record.finishedAt);
    await consumer.close({ graceMs: 1_000 });
  });

  it('hands the handler the record as it stands', async () => {
    const job = sampleJob('seen');
    const seen: unknown[] = [];
    const consumer = await consumeWith(queue(), async ({ record, attempt }) => {
      seen.push({ spec: record.spec, id: record.id, attempt, state: record.state });
      return Promise.resolve(sampleResult());
    });
    await queue().enqueue(job);
    await waitForEnd(queue(), job.id);
    expect(seen).toEqual([{ spec: job.spec, id: job.id, attempt: 1, state: 'starting' }]);
    await consumer.close({ graceMs: 1_000 });
  });

  it('runs jobs in the order they came', async () => {
    const jobs = Array.from({ length: 20 }, (_, index) => sampleJob(`${index}`));
    for (const job of jobs) await queue().enqueue(job);
    const order: string[] = [];
    const consumer = await consumeWith(
      queue(),
      async ({ record }) => {
        order.push(record.id);
        return Promise.resolve(sampleResult());
      },
      { concurrency: 1 },
    );
    await waitFor('all jobs', () => (order.length === jobs.length ? true : undefined));
    expect(order).toEqual(jobs.map(({ id }) => id));
    await consumer.close({ graceMs: 1_000 });
  });

  it('runs as many jobs at once as it may, and no more', async () => {
    let [running, most, done] = [0, 0, 0];
    const consumer = await consumeWith(
      queue(),
      async () => {
        running += 1;
        most = Math.max(most, running);
        await waitFor('the others', () => (most === 3 ? true : undefined));
        running -= 1;
        done += 1;
        return sampleResult();
      },
      { concurrency: 3 },
    );
    await Promise.all(Array.from({ length: 12 }, async () => queue().enqueue(sampleJob())));
    await waitFor('all jobs', () => (done === 12 ? true : undefined));
    expect(most).toBe(3);
    await consumer.close({ graceMs: 1_000 });
  });

  it('counts jobs by state', async () => {
    const before = await queue().counts();
    const grown = async () => {
      const now = await queue().counts();
      const states = ['queued', 'starting', 'running', 'succeeded', 'failed', 'cancelled'] as const;
      return Object.fromEntries(states.map((state) => [state, (now[state] ?? 0) - (before[state] ?? 0)]));
    };
    const [first, second, third, last] = ['ok', 'bad', 'wait', 'unwanted'].map((name) => sampleJob(name));
    if (!first || !second || !third || !last) throw new TypeError('four jobs');
    for (const job of [first, second, third, last]) await queue().enqueue(job);
    expect(await grown()).toMatchObject({ queued: 4 });
    await queue().cancel(last.id);
    expect(await grown()).toMatchObject({ queued: 3, cancelled: 1 });
    let finish = (): void => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    const consumer = await consumeWith(
      queue(),
      async (lease) => {
        lease.started();
        if (lease.record.id === third.id) await finished;
        return sampleResult({ kind: 'exited', exitCode: lease.record.id === second.id ? 1 : 0 });
      },
      { concurrency: 1 },
    );
    await waitForState(queue(), third.id, 'running');
    await waitFor('counts while one runs', async () => {
      const { queued, running, succeeded, failed, cancelled } = await grown();
      return queued === 0 && running === 1 && succeeded === 1 && failed === 1 && cancelled === 1
        ? true
        : undefined;
    });
    finish();
    await waitFor('counts at the end', async () => {
      const { queued, starting, running, succeeded, failed, cancelled } = await grown();
      const isOver = queued === 0 && starting === 0 && running === 0;
      return isOver && succeeded === 2 && failed === 1 && cancelled === 1 ? true : undefined;
    });
    await consumer.close({ graceMs: 1_000 });
  });

  it('answers a ping', async () => {
    await expect(queue().ping()).resolves.toBeUndefined();
  });
}
