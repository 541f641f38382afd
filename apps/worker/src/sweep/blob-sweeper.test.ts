import type { JobRecord } from '@sandlot/engine';
import { describe, expect, it } from 'vitest';
import { BlobSweeper, UNSEEN_AGE_MS } from './blob-sweeper.js';

const NOW = Date.UTC(2026, 10, 23);
const { signal } = new AbortController();

function idMadeAt(time: number): string {
  const hex = time.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}

/** A store and a queue as two lists of ids. */
function setUp(stored: readonly string[], recorded: readonly string[] = []) {
  const blobs = new Set(stored);
  const records = new Set(recorded);
  const sweeper = new BlobSweeper({
    // The sweep asks only whether there is a record.
    queue: { find: async (id) => (records.has(id) ? ({ id } as JobRecord) : undefined) },
    store: {
      async *jobIds() {
        yield* [...blobs];
      },
      remove: async (id) => void blobs.delete(id),
    },
  });
  return { blobs, records, sweeper };
}

describe('BlobSweeper', () => {
  const old = idMadeAt(NOW - UNSEEN_AGE_MS);
  const young = idMadeAt(NOW - UNSEEN_AGE_MS + 1);

  it('removes old blobs that no record names', async () => {
    const { blobs, sweeper } = setUp([old]);
    expect(await sweeper.sweep(NOW, signal)).toBe(1);
    expect([...blobs]).toEqual([]);
  });

  it.each([
    ['of a job that has a record', old, [old]],
    ['that are young, whose record may be about to be written', young, []],
    ['made in the future of this clock', idMadeAt(NOW + 60_000), []],
    ['under a name that is no id of a job', 'lost+found', []],
  ])('leaves blobs %s', async (_what, id, recorded) => {
    const { blobs, sweeper } = setUp([id], recorded);
    expect(await sweeper.sweep(NOW, signal)).toBe(0);
    expect([...blobs]).toEqual([id]);
  });

  it('removes young blobs once the record that an earlier sweep saw is gone', async () => {
    const { blobs, records, sweeper } = setUp([young], [young]);
    await sweeper.sweep(NOW, signal);
    await sweeper.sweep(NOW, signal);
    records.delete(young);
    expect(await sweeper.sweep(NOW, signal)).toBe(1);
    expect([...blobs]).toEqual([]);
  });

  it('removes young blobs of a job it was told of and whose record is gone before any sweep', async () => {
    const { blobs, sweeper } = setUp([young]);
    sweeper.noteSeen(young);
    expect(await sweeper.sweep(NOW, signal)).toBe(1);
    expect([...blobs]).toEqual([]);
  });

  it('remembers what it has seen when the queue fails in the middle', async () => {
    const { blobs, records, sweeper } = setUp([young]);
    sweeper.noteSeen(young);
    const broken = Object.assign(records, { has: () => expect.fail('the queue is away') });
    await expect(sweeper.sweep(NOW, signal)).rejects.toThrow('the queue is away');
    Object.assign(broken, { has: () => false });
    expect(await sweeper.sweep(NOW, signal)).toBe(1);
    expect(blobs.size).toBe(0);
  });

  it('stops when asked to', async () => {
    const { sweeper } = setUp([old]);
    expect(await sweeper.sweep(NOW, AbortSignal.abort())).toBe(0);
  });
});
