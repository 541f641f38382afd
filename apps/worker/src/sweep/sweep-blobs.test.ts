import type { JobRecord } from '@sandlot/engine';
import { describe, expect, it } from 'vitest';
import { SWEEP_AGE_MS, sweepBlobs } from './sweep-blobs.js';

const NOW = Date.UTC(2026, 10, 23);

function idMadeAt(time: number): string {
  const hex = time.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}

async function sweep(ids: readonly string[], known: readonly string[] = [], signal?: AbortSignal) {
  const removed: string[] = [];
  const count = await sweepBlobs({
    // The sweep asks only whether there is a record.
    queue: { find: async (id) => (known.includes(id) ? ({ id } as JobRecord) : undefined) },
    store: {
      async *jobIds() {
        yield* ids;
      },
      remove: async (id) => void removed.push(id),
    },
    now: NOW,
    signal: signal ?? new AbortController().signal,
  });
  expect(count).toBe(removed.length);
  return removed;
}

describe('sweepBlobs', () => {
  const old = idMadeAt(NOW - SWEEP_AGE_MS);
  const young = idMadeAt(NOW - SWEEP_AGE_MS + 1);

  it('removes old blobs that no record names', async () => {
    expect(await sweep([old])).toEqual([old]);
  });

  it('leaves blobs of jobs that have a record', async () => {
    expect(await sweep([old], [old])).toEqual([]);
  });

  it('leaves young blobs, whose record may be about to be written', async () => {
    expect(await sweep([young])).toEqual([]);
  });

  it('leaves blobs made in the future of this clock', async () => {
    expect(await sweep([idMadeAt(NOW + 60_000)])).toEqual([]);
  });

  it('leaves names that are not ids of jobs', async () => {
    expect(await sweep(['lost+found'])).toEqual([]);
  });

  it('stops when asked to', async () => {
    expect(await sweep([old], [], AbortSignal.abort())).toEqual([]);
  });
});
