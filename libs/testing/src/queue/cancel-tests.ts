import type { CancelResult, JobQueue, JobRecord } from '@sandlot/engine';
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
import { sampleId, sampleJob, sampleResult } from './sample-jobs.js';

const RACES = 150;

/** Cancelling, exactly. */
export function describeCancel(queue: () => JobQueue): void {
  it('cancels a queued job at once and for good, even without any worker', async () => {
    const job = sampleJob();
    await queue().enqueue(job);
    const reading = collectEvents(queue(), job.id);
    expect(await queue().cancel(job.id)).toBe('cancelled');
    const record = await queue().find(job.id);
    expect(record).toMatchObject({ state: 'cancelled', cancelRequested: true, attempts: [] });
    expect(record?.result).toBeUndefined();
    expect(statesOf(await reading)).toEqual(['queued', 'cancelled']);
    const ran: string[] = [];
    const consumer = await consumeWith(queue(), async ({ record: { id } }) => {
      ran.push(id);
      return Promise.resolve(sampleResult());
    });
    const next = sampleJob();
    await queue().enqueue(next);
    await waitForEnd(queue(), next.id);
    expect(ran).toEqual([next.id]);
    expect(await queue().find(job.id)).toEqual(record);
    expect(await queue().cancel(job.id)).toBe('cancelled');
    expect(statesOf(await collectEvents(queue(), job.id))).toEqual(['queued', 'cancelled']);
    await consumer.close({ graceMs: 1_000 });
  });

  it('tells the worker of a running job, whose outcome then stands', async () => {
    const job = sampleJob();
    const reasons: unknown[] = [];
    const consumer = await consumeWith(queue(), async (lease) => {
      lease.started();
      reasons.push(await leaseEnd(lease));
      return sampleResult({ kind: 'cancelled' }, 'so far');
    });
    await queue().enqueue(job);
    await waitForState(queue(), job.id, 'running');
    expect(await queue().cancel(job.id)).toBe('requested');
    const record = await waitForEnd(queue(), job.id);
    expect(reasons).toEqual(['cancelled']);
    expect(record).toMatchObject({
      state: 'cancelled',
      cancelRequested: true,
      result: { outcome: { kind: 'cancelled' } },
    });
    expect(await queue().cancel(job.id)).toBe('already-finished');
    expect(statesOf(await collectEvents(queue(), job.id))).toEqual([
      'queued',
      'starting',
      'running',
      'cancelled',
    ]);
    await consumer.close({ graceMs: 1_000 });
  });

  it('ends a job whose handler gives up for the cancel itself, without a result', async () => {
    const job = sampleJob();
    const consumer = await consumeWith(queue(), async (lease) => {
      lease.started();
      throw await leaseEnd(lease);
    });
    await queue().enqueue(job);
    await waitForState(queue(), job.id, 'running');
    expect(await queue().cancel(job.id)).toBe('requested');
    const record = await waitForEnd(queue(), job.id);
    expect(record.state).toBe('cancelled');
    expect(record.attempts[0]?.cause).toBeUndefined();
    await consumer.close({ graceMs: 1_000 });
  });

  it('lets a payload that was faster keep its outcome', async () => {
    const job = sampleJob();
    const consumer = await consumeWith(queue(), async (lease) => {
      lease.started();
      await leaseEnd(lease);
      return sampleResult({ kind: 'exited', exitCode: 0 });
    });
    await queue().enqueue(job);
    await waitForState(queue(), job.id, 'running');
    expect(await queue().cancel(job.id)).toBe('requested');
    expect(await waitForEnd(queue(), job.id)).toMatchObject({ state: 'succeeded', cancelRequested: true });
    await consumer.close({ graceMs: 1_000 });
  });

  it('says so of a finished job, and of none', async () => {
    const job = sampleJob();
    const consumer = await consumeWith(queue(), async () => Promise.resolve(sampleResult()));
    await queue().enqueue(job);
    const record = await waitForEnd(queue(), job.id);
    expect(await queue().cancel(job.id)).toBe('already-finished');
    expect(await queue().find(job.id)).toEqual(record);
    expect(await queue().cancel(sampleId())).toBe('not-found');
    await consumer.close({ graceMs: 1_000 });
  });

  it('has one winner whenever a cancel and a lease race', async () => {
    const ran = new Set<string>();
    const told = new Set<string>();
    const consumer = await consumeWith(queue(), async (lease) => {
      ran.add(lease.record.id);
      const reason = await Promise.race([leaseEnd(lease), pause(lease.record.id.charCodeAt(35) % 4)]);
      if (reason === 'cancelled') told.add(lease.record.id);
      return sampleResult(reason === 'cancelled' ? { kind: 'cancelled' } : { kind: 'exited', exitCode: 0 });
    });
    const answers = new Map<CancelResult, number>();
    for (let round = 0; round < RACES; round += 1) {
      const job = sampleJob();
      const adding = queue().enqueue(job);
      if (round % 3 > 0) await adding;
      if (round % 3 > 1) await pause(round % 5);
      const answer = await queue().cancel(job.id);
      await adding;
      answers.set(answer, (answers.get(answer) ?? 0) + 1);
      const record = await waitForEnd(queue(), job.id);
      expect(record).toMatchObject(endAfter(answer, told.has(job.id)));
      expect(answer === 'cancelled' && ran.has(job.id), 'a cancelled job never starts').toBe(false);
      const [last] = statesOf(await collectEvents(queue(), job.id)).slice(-1);
      expect(last).toBe(record.state);
    }
    expect([...answers.keys()].length, JSON.stringify([...answers])).toBeGreaterThan(1);
    await waitFor('an idle queue', async () => {
      const { queued = 0, starting = 0, running = 0 } = await queue().counts();
      return queued + starting + running === 0 ? true : undefined;
    });
    await consumer.close({ graceMs: 1_000 });
  });

  it('honours a cancel of a job that waits for its next try', async () => {
    const job = sampleJob();
    let attempts = 0;
    const consumer = await consumeWith(queue(), async () => {
      attempts += 1;
      return Promise.reject(new Error('the cell broke'));
    });
    await queue().enqueue(job);
    await waitFor('a failed attempt', async () => {
      const record = await queue().find(job.id);
      return record?.attempts[0]?.endedAt === undefined ? undefined : true;
    });
    const answer = await queue().cancel(job.id);
    const record = await waitForEnd(queue(), job.id);
    // `requested` and yet `dead`: the cancel came while its last attempt was being given up.
    const allowed = [
      'cancelled: cancelled',
      'requested: cancelled',
      'requested: dead',
      'already-finished: dead',
    ];
    expect(allowed).toContain(`${answer}: ${record.state}`);
    const before = attempts;
    await pause(50);
    expect(attempts).toBe(before);
    await consumer.close({ graceMs: 1_000 });
  });
}

/** What a job must have come to, given the answer to its cancel. */
function endAfter(answer: CancelResult, wasTold: boolean): Partial<JobRecord> {
  if (answer === 'cancelled') return { state: 'cancelled', cancelRequested: true, attempts: [] };
  if (answer === 'requested') return { state: wasTold ? 'cancelled' : 'succeeded', cancelRequested: true };
  return { state: 'succeeded', cancelRequested: false };
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
