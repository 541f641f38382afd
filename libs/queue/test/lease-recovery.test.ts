import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InfrastructureError, type JobQueue } from '@sandlot/engine';
import { consumeWith, sampleJob, sampleResult, waitFor, waitForEnd } from '@sandlot/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createEmbeddedQueue } from '../src/index.js';

let dataDir: string;
let handles: FileHandle;
let queue: JobQueue;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'sandlot-leases-'));
  const file = await open(dataDir, 'r');
  // What all open files share.
  handles = Object.getPrototypeOf(file) as FileHandle;
  await file.close();
  queue = await createEmbeddedQueue({ dataDir, stalledCheckMs: 100, onError: () => undefined });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await queue.close();
  await rm(dataDir, { recursive: true });
});

describe('a lease over a failed write', () => {
  it('does not bring a job back that was rejected, though it ran', async () => {
    let runs = 0;
    const consumer = await consumeWith(queue, async () => {
      runs += 1;
      return Promise.resolve(sampleResult());
    });
    const job = sampleJob();
    const broken = breakDisk();
    await expect(queue.enqueue(job)).rejects.toThrow(/ENOSPC/);
    await waitFor('memory to be true', async () =>
      queue.find(job.id).then(
        (record) => (record === undefined ? true : undefined),
        () => undefined,
      ),
    );
    broken.mockRestore();
    await recovered();
    const other = sampleJob();
    await queue.enqueue(other);
    expect((await waitForEnd(queue, other.id)).state).toBe('succeeded');
    expect(await queue.find(job.id)).toBeUndefined();
    expect(await queue.counts()).toMatchObject({ succeeded: 1, queued: 0, starting: 0, running: 0 });
    expect(runs).toBeLessThanOrEqual(2);
    await consumer.close({ graceMs: 1_000 });
  });

  it('runs a job again whose failed attempt could not be noted', async () => {
    const gates: ((error: Error) => void)[] = [];
    const consumer = await consumeWith(queue, async () => {
      if (gates.length > 0) return sampleResult();
      return new Promise((_, reject) => gates.push(reject));
    });
    const job = sampleJob();
    await queue.enqueue(job);
    await waitFor('the lease', () => (gates.length > 0 ? true : undefined));
    // Its lease is on disk once this is.
    await queue.reserve(sampleJob().id, { key: 'k', fingerprint: 'f' });
    const broken = breakDisk();
    gates[0]?.(new InfrastructureError('store-unavailable', 'no room either'));
    await waitFor('the refusal', async () =>
      queue.ping().then(
        () => undefined,
        () => true as const,
      ),
    );
    broken.mockRestore();
    await recovered();
    const record = await waitForEnd(queue, job.id);
    expect(record.state).toBe('succeeded');
    expect(record.attempts).toMatchObject([{ cause: { code: 'worker-lost' } }, { number: 2 }]);
    await consumer.close({ graceMs: 1_000 });
  });

  it('closes while the disk is full, and runs the job again whose end could not be written', async () => {
    let finish: (() => void) | undefined;
    await consumeWith(queue, async () => {
      await new Promise<void>((resolve) => (finish = resolve));
      return sampleResult();
    });
    const job = sampleJob();
    await queue.enqueue(job);
    await waitFor('the lease', () => finish);
    await queue.reserve(sampleJob().id, { key: 'k', fingerprint: 'f' });
    const broken = breakDisk();
    finish?.();
    await waitFor('the refusal', async () =>
      queue.ping().then(
        () => undefined,
        () => true as const,
      ),
    );
    await queue.close();
    broken.mockRestore();
    queue = await createEmbeddedQueue({ dataDir });
    expect(await queue.find(job.id)).toMatchObject({ state: 'queued' });
    const consumer = await consumeWith(queue, async () => Promise.resolve(sampleResult()));
    expect((await waitForEnd(queue, job.id)).attempts).toHaveLength(2);
    await consumer.close({ graceMs: 1_000 });
  });
});

function breakDisk() {
  const error = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  return vi.spyOn(handles, 'appendFile').mockRejectedValue(error);
}

async function recovered(): Promise<void> {
  await waitFor('recovery', async () =>
    queue.ping().then(
      () => true as const,
      () => undefined,
    ),
  );
}
