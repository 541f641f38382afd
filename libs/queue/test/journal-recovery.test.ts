import { mkdtemp, open, readdir, rm, stat, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '@sandlot/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DurableState } from '../src/state/durable-state.js';
import type { Entry } from '../src/state/entry.js';

const FIRST = 'journal-00000001';
const MiB = 1024 * 1024;

let base: string;
let handles: FileHandle;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'sandlot-recovery-'));
  const file = await open(base, 'r');
  // What all open files share: the only place where a real disk can be made to fail at will.
  handles = Object.getPrototypeOf(file) as FileHandle;
  await file.close();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(base, { recursive: true });
});

describe('the journal after a failed write', () => {
  it('undoes the whole batch in memory and on disk, then goes on', async () => {
    const state = await openState();
    state.commit(meta('kept', 1));
    await state.durable();
    const { size } = await stat(join(base, FIRST));
    failOnce('datasync', 'EIO');
    // More than one frame: the first ones are written whole.
    for (let index = 0; index < 3; index += 1) state.commit(meta(`big-${index}`, 5 * MiB));
    await expect(state.durable()).rejects.toMatchObject({ code: 'queue-unavailable' });
    expect(() => state.commit(meta('too soon', 1))).toThrow(/EIO.*Repair the disk/);
    expect(() => state.checkIsTrue()).toThrow(/EIO/);
    await waitFor('the truth', () => (state.state.meta.size === 1 ? true : undefined));
    expect((await stat(join(base, FIRST))).size).toBe(size);
    expect(await state.recovered()).toBe(true);
    state.commit(meta('later', 1));
    await state.durable();
    await state.close();
    const again = await openState();
    expect([...again.state.meta.keys()]).toEqual(['kept', 'later']);
    await again.close();
  });

  it('stays refused and asks for a restart if what was rejected cannot be cut off', async () => {
    const state = await openState();
    failOnce('datasync', 'EIO');
    failOnce('truncate', 'EROFS');
    state.commit(meta('a', 1));
    await expect(state.durable()).rejects.toThrow(/EIO/);
    expect(await state.recovered()).toBe(false);
    expect(() => state.check()).toThrow(/EROFS.*Restart needed/);
    expect(() => state.checkIsTrue()).toThrow(/Restart needed/);
    await state.close();
  });

  it('takes no snapshot of what was rejected while it was made', async () => {
    const state = await openState();
    state.commit(meta('kept', 1));
    await state.durable();
    const compacting = state.compact();
    await waitFor('the new journal', async () =>
      (await readdir(base)).includes('journal-00000002') ? true : undefined,
    );
    failOnce('datasync', 'ENOSPC');
    state.commit(meta('rejected', 1));
    await expect(state.durable()).rejects.toThrow(/ENOSPC/);
    // Whichever was first: the snapshot, without it, or its failure.
    await Promise.allSettled([compacting]);
    expect(await state.recovered()).toBe(true);
    expect([...state.state.meta.keys()]).toEqual(['kept']);
    expect((await readdir(base)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    await state.compact();
    await state.close();
    const again = await openState();
    expect([...again.state.meta.keys()]).toEqual(['kept']);
    await again.close();
  });

  it('goes on in its file if it cannot begin a new one', async () => {
    const state = await openState();
    state.commit(meta('a', 1));
    await state.durable();
    failOnce('sync', 'ENOSPC');
    await expect(state.compact()).rejects.toThrow(/journal-00000002: ENOSPC/);
    state.commit(meta('b', 1));
    await state.durable();
    expect(await readdir(base)).not.toContain('journal-00000002');
    await state.compact();
    await state.close();
    const again = await openState();
    expect([...again.state.meta.keys()]).toEqual(['a', 'b']);
    await again.close();
  });
});

async function openState(): Promise<DurableState> {
  return DurableState.open({
    directory: base,
    compactBytes: 1024 * MiB,
    residentBytes: MiB,
    segmentBytes: MiB,
    onError: () => undefined,
  });
}

function failOnce(method: 'datasync' | 'sync' | 'truncate', code: string): void {
  vi.spyOn(handles, method).mockRejectedValueOnce(Object.assign(new Error(`${code}: no luck`), { code }));
}

function meta(field: string, length: number): Entry {
  return { t: 'meta', field, value: 'v'.repeat(length) };
}
