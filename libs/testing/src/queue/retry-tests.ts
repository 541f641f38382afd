import { InfrastructureError, MAX_ATTEMPTS, MAX_WORKER_DEATHS, type JobQueue } from '@sandlot/engine';
import { expect, it } from 'vitest';
import {
  collectEvents,
  consumeWith,
  leaseEnd,
  statesOf,
  waitFor,
  waitForEnd,
  waitForState,
} from './queue-driver.js';
import type { OpenedQueue } from './queue-harness.js';
import { sampleJob, sampleOutput, sampleResult } from './sample-jobs.js';

/** Failures of Sandlot's own: another try, or `dead`. */
export function describeRetries(opened: () => OpenedQueue): void {
  const queue = (): JobQueue => opened().queue;

  it('tries a job again when Sandlot failed at it, and remembers why', async () => {
    const job = sampleJob();
    const consumer = await consumeWith(queue(), async (lease) => {
      lease.started();
      lease.publish(sampleOutput(`try ${lease.attempt}`, lease.attempt));
      if (lease.attempt < 3)
        throw new InfrastructureError('sandbox-setup-failed', `no cell ${lease.attempt}`);
      return Promise.resolve(sampleResult());
    });
    await queue().enqueue(job);
    const events = await collectEvents(queue(), job.id);
    const record = await waitForEnd(queue(), job.id);
    expect(record.state).toBe('succeeded');
    expect(record.attempts).toMatchObject([
      { number: 1, cause: { code: 'sandbox-setup-failed', message: 'no cell 1' } },
      { number: 2, cause: { code: 'sandbox-setup-failed', message: 'no cell 2' } },
      { number: 3 },
    ]);
    const once = ['queued', 'starting', 'running'];
    expect(statesOf(events)).toEqual([...once, ...once, ...once, 'succeeded']);
    const requeued = events
      .map(({ event }) => event)
      .filter((event) => event.type === 'state' && event.reason !== undefined);
    expect(requeued).toMatchObject([
      { state: 'queued', reason: expect.stringContaining('no cell 1') as string },
      { state: 'queued', reason: expect.stringContaining('no cell 2') as string },
    ]);
    await consumer.close({ graceMs: 1_000 });
  });

  it('gives a job up as dead after so many tries, with all causes on record', async () => {
    const job = sampleJob();
    let tries = 0;
    const consumer = await consumeWith(queue(), async () => {
      tries += 1;
      return Promise.reject(new TypeError(`broken ${tries}`));
    });
    await queue().enqueue(job);
    const record = await waitForEnd(queue(), job.id);
    expect(tries).toBe(MAX_ATTEMPTS);
    expect(record.state).toBe('dead');
    expect(record.reason).toContain(`${MAX_ATTEMPTS} times`);
    expect(record.attempts.map(({ cause }) => cause?.message)).toEqual([
      'broken 1',
      'broken 2',
      'broken 3',
      'broken 4',
    ]);
    expect(record.attempts.every(({ cause }) => cause?.code === 'internal-error')).toBe(true);
    const events = await collectEvents(queue(), job.id);
    expect(events.at(-1)?.event).toMatchObject({ state: 'dead', reason: record.reason });
    expect(await queue().cancel(job.id)).toBe('already-finished');
    await waitFor('the count', async () => ((await queue().counts()).dead === 1 ? true : undefined));
    await consumer.close({ graceMs: 1_000 });
  });

  it('drops the result of a lost lease and runs the job again', async () => {
    const job = sampleJob();
    const reasons: unknown[] = [];
    const consumer = await consumeWith(queue(), async (lease) => {
      lease.started();
      if (lease.attempt > 1) return Promise.resolve(sampleResult({ kind: 'exited', exitCode: 0 }, 'second'));
      reasons.push(await leaseEnd(lease));
      return sampleResult({ kind: 'exited', exitCode: 0 }, 'first');
    });
    await queue().enqueue(job);
    await waitForState(queue(), job.id, 'running');
    await opened().loseLock(job.id);
    const record = await waitForEnd(queue(), job.id);
    expect(reasons).toEqual(['lease-lost']);
    expect(record.result).toEqual(sampleResult({ kind: 'exited', exitCode: 0 }, 'second'));
    expect(record.attempts).toHaveLength(2);
    expect(['lease-lost', 'worker-lost']).toContain(record.attempts[0]?.cause?.code);
    expect(statesOf(await collectEvents(queue(), job.id)).at(-1)).toBe('succeeded');
    await consumer.close({ graceMs: 1_000 });
  });

  it(`never starts a job more often than ${MAX_ATTEMPTS} times, however its leases end (${MAX_WORKER_DEATHS} deaths are enough)`, async () => {
    const job = sampleJob();
    let tries = 0;
    const consumer = await consumeWith(queue(), async (lease) => {
      tries += 1;
      lease.started();
      await leaseEnd(lease);
      return sampleResult();
    });
    await queue().enqueue(job);
    for (let death = 1; death <= MAX_ATTEMPTS; death += 1) {
      const running = await waitFor(`attempt ${death}`, async () => {
        const record = await queue().find(job.id);
        if (record?.state === 'dead') return record;
        return record?.state === 'running' && record.attempts.length >= death ? record : undefined;
      });
      if (running.state === 'dead') break;
      await opened().loseLock(job.id);
    }
    expect(await waitForEnd(queue(), job.id)).toMatchObject({ state: 'dead' });
    expect(tries).toBeLessThanOrEqual(MAX_ATTEMPTS);
    await consumer.close({ graceMs: 1_000 });
  });
}
