import { InfrastructureError, type JobQueue } from '@sandlot/engine';
import { expect, it } from 'vitest';
import { consumeWith, leaseEnd, waitFor, waitForEnd, waitForState } from './queue-driver.js';
import { sampleJob, sampleResult } from './sample-jobs.js';

/** Closing a consumer. */
export function describeDraining(queue: () => JobQueue): void {
  it('waits for jobs that end within the grace, and leases nothing more', async () => {
    const [first, second] = [sampleJob('first'), sampleJob('second')];
    let finish = (): void => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    const consumer = await consumeWith(
      queue(),
      async (lease) => {
        lease.started();
        await finished;
        return sampleResult();
      },
      { concurrency: 1 },
    );
    await queue().enqueue(first);
    await queue().enqueue(second);
    await waitForState(queue(), first.id, 'running');
    const closed = consumer.close({ graceMs: 10_000 });
    finish();
    await closed;
    expect(await waitForEnd(queue(), first.id)).toMatchObject({ state: 'succeeded' });
    expect(await queue().find(second.id)).toMatchObject({ state: 'queued', attempts: [] });
    await queue().cancel(second.id);
  });

  it.each([
    ['throws worker-draining', async () => Promise.reject(new InfrastructureError('worker-draining', 'bye'))],
    ['reports its payload as cancelled', async () => Promise.resolve(sampleResult({ kind: 'cancelled' }))],
  ])('gives a job back that does not end in time, at no cost, when the handler %s', async (_, end) => {
    const job = sampleJob();
    const reasons: unknown[] = [];
    const first = await consumeWith(queue(), async (lease) => {
      lease.started();
      reasons.push(await leaseEnd(lease));
      return end();
    });
    await queue().enqueue(job);
    await waitForState(queue(), job.id, 'running');
    await first.close({ graceMs: 10 });
    expect(reasons).toEqual(['worker-draining']);
    expect(await queue().find(job.id)).toMatchObject({
      state: 'queued',
      attempts: [{ number: 1, worker: 'worker-a', cause: { code: 'worker-draining' } }],
    });
    const second = await consumeWith(queue(), async () => Promise.resolve(sampleResult()), {
      worker: 'worker-b',
    });
    const record = await waitForEnd(queue(), job.id);
    expect(record).toMatchObject({
      state: 'succeeded',
      attempts: [{ number: 1 }, { number: 2, worker: 'worker-b' }],
    });
    await second.close({ graceMs: 1_000 });
  });

  it('shares jobs among consumers', async () => {
    const ran = { one: 0, two: 0 };
    const consume = async (worker: 'one' | 'two') =>
      consumeWith(
        queue(),
        async () => {
          ran[worker] += 1;
          await waitFor('both to have one', () => (ran.one > 0 && ran.two > 0 ? true : undefined));
          return sampleResult();
        },
        { worker, concurrency: 1 },
      );
    const consumers = [await consume('one'), await consume('two')];
    const jobs = Array.from({ length: 10 }, () => sampleJob());
    await Promise.all(jobs.map(async (job) => queue().enqueue(job)));
    for (const { id } of jobs) expect(await waitForEnd(queue(), id)).toMatchObject({ state: 'succeeded' });
    expect(ran.one + ran.two).toBe(jobs.length);
    await Promise.all(consumers.map(async (consumer) => consumer.close({ graceMs: 1_000 })));
  });
}
