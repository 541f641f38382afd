import { cpSync, rmSync } from 'node:fs';
import { appendFile, mkdtemp, open, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '@sandlot/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DurableState, type DurableStateOptions } from '../src/state/durable-state.js';
import type { StoredJob } from '../src/state/stored-job.js';

const LARGE = 1024 * 1024 * 1024;
const FIRST = 'segment-00000001';

let base: string;
let directory: string;
let opened: DurableState[];
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'sandlot-archive-'));
  directory = join(base, 'queue');
  opened = [];
});
afterEach(async () => {
  for (const state of opened) await state.close();
  await rm(base, { recursive: true });
});

describe('the archive of finished jobs', () => {
  it('takes finished jobs out of memory and gives them back, whole, before and after a restart', async () => {
    const first = await openState();
    finish(first, ['a', 'b', 'c', 'd']);
    first.commit({ t: 'job', job: waitingJob('w') });
    await archived(first);
    for (const state of [first, await reopen(first)]) {
      expect([...state.state.jobs.keys()]).toEqual(['w']);
      expect([...state.state.completed]).toEqual(['a', 'c']);
      expect([...state.state.failed]).toEqual(['b', 'd']);
      expect(Object.fromEntries(state.state.ended)).toEqual({ succeeded: 2 });
      expect(await state.read('a')).toEqual(finishedJob('a', 0));
      expect(await state.read('d')).toEqual(finishedJob('d', 3));
      expect(await state.read('none')).toBeUndefined();
    }
  });

  it('keeps those that finished lately in memory, as far as they fit', async () => {
    const first = await openState({ residentBytes: 600_000 });
    for (let round = 0; round < 20; round += 1) {
      finish(first, range(round * 100, 100));
      await first.durable();
    }
    await waitFor('room', () => (first.state.finishedBytes <= 600_000 ? true : undefined));
    expect(first.state.finishedBytes).toBeGreaterThan(50_000);
    expect(first.state.completed.size + first.state.failed.size).toBe(2_000);
    expect(first.state.jobs.has('1999')).toBe(true);
    expect(first.state.jobs.has('0')).toBe(false);
  });

  it('keeps snapshots and journals as small as what is unfinished', async () => {
    const first = await openState();
    finish(first, range(0, 5_000));
    await archived(first);
    await first.compact();
    const snapshot = (await readdir(directory)).find((name) => name.startsWith('snapshot-')) ?? '';
    expect((await stat(join(directory, snapshot))).size).toBeLessThan(20_000);
    const second = await reopen(first);
    expect(second.state.jobs.size).toBe(0);
    expect(await second.read('4321')).toEqual(finishedJob('4321', 4_321));
  });

  it('remembers what was removed, changed and archived again, through compactions and restarts', async () => {
    let state = await openState({ segmentBytes: 5_000 });
    finish(state, range(0, 40));
    await archived(state);
    state.commit({ t: 'del', id: '3' });
    await state.compact();
    state = await reopen(state, { segmentBytes: 5_000 });
    state.commit({ t: 'del', id: '4' });
    await state.bringBack('6');
    state.commit({ t: 'set', id: '6', to: { state: 'waiting', finishedOn: null, endState: null } });
    await state.bringBack('8');
    state.commit({ t: 'set', id: '8', to: { progress: 5 } });
    await archived(state);
    for (let round = 0; round < 3; round += 1) {
      expect([...state.state.failed]).not.toContain('3');
      expect([...state.state.completed].slice(0, 3)).toEqual(['0', '2', '10']);
      expect([...state.state.waiting.ids()]).toEqual(['6']);
      expect(await state.read('4')).toBeUndefined();
      expect(await state.read('8')).toMatchObject({ progress: 5, state: 'completed' });
      expect(state.state.completed.size).toBe(18);
      expect(Object.fromEntries(state.state.ended)).toEqual({ succeeded: 18 });
      if (round === 1) await state.compact();
      state = await reopen(state, { segmentBytes: 5_000 });
    }
  });

  it('deletes whole files once all their jobs are removed', async () => {
    const state = await openState({ segmentBytes: 20_000, compactBytes: 30_000 });
    for (let round = 0; round < 10; round += 1) {
      finish(state, range(round * 50, 50));
      await archived(state);
    }
    const before = (await segments()).length;
    expect(before).toBeGreaterThan(3);
    for (const id of range(0, 450)) state.commit({ t: 'del', id });
    await state.durable();
    await waitFor('files to go', async () => {
      state.sweep();
      return (await segments()).length < before / 2 ? true : undefined;
    });
    const second = await reopen(state);
    expect(second.state.completed.size + second.state.failed.size).toBe(50);
    expect(await second.read('470')).toEqual(finishedJob('470', 470));
  });

  it('finds 100,000 finished jobs again within a second or so', async () => {
    const first = await openState();
    for (let round = 0; round < 100; round += 1) {
      finish(first, range(round * 1_000, 1_000));
      await first.durable();
    }
    await archived(first);
    await first.compact();
    await first.close();
    opened = [];
    const begun = performance.now();
    const second = await openState();
    expect(performance.now() - begun).toBeLessThan(3_000);
    expect(second.state.completed.size).toBe(50_000);
    expect(await second.read('99999')).toEqual(finishedJob('99999', 99_999));
  }, 30_000);
});

describe('the archive after a crash', () => {
  it('is whole wherever the process died: every job once, with its content', async () => {
    const state = await openState({ residentBytes: 5_000, segmentBytes: 30_000, compactBytes: 40_000 });
    const images: { readonly path: string; readonly durable: number }[] = [];
    let [durable, isOver] = [0, false];
    const working = (async () => {
      for (let round = 0; round < 40; round += 1) {
        finish(state, range(round * 25, 25));
        await state.durable();
        durable += 25;
      }
      isOver = true;
    })();
    while (!isOver) {
      const path = join(base, `image-${images.length}`);
      if (copyImage(path)) images.push({ path, durable });
      for (let turn = 0; turn < images.length % 7; turn += 1)
        await new Promise((resolve) => setImmediate(resolve));
    }
    await working;
    expect(images.length).toBeGreaterThan(10);
    for (const { path, durable: least } of images) {
      const image = await openState({ directory: path });
      const ids = [
        ...image.state.jobs.keys(),
        ...image.state.archive.ids('completed'),
        ...image.state.archive.ids('failed'),
      ];
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.length).toBeGreaterThanOrEqual(least);
      for (const id of range(0, least)) expect(await image.read(id)).toEqual(finishedJob(id, Number(id)));
      await image.close();
      opened = opened.filter((one) => one !== image);
    }
  }, 60_000);

  it('looks at nothing behind the last batch that counts, and removes files that never came to count', async () => {
    const first = await openState();
    finish(first, ['a', 'b']);
    await archived(first);
    await first.close();
    opened = [];
    await appendFile(join(directory, 'archive', FIRST), 'SBXJ\x10\0\0\0torn');
    await writeFile(join(directory, 'archive', 'segment-00000007'), 'half a batch');
    const second = await openState();
    expect(await segments()).toEqual([FIRST]);
    finish(second, ['c']);
    await archived(second);
    const third = await reopen(second);
    expect([...third.state.completed, ...third.state.failed]).toEqual(['a', 'c', 'b']);
    expect(await third.read('c')).toEqual(finishedJob('c', 0));
  });

  it('names file and byte of a damaged job, and gives the others', async () => {
    const first = await openState();
    finish(first, ['a', 'b', 'c']);
    await archived(first);
    const { offset, length } = first.state.archive.place('b') ?? { offset: 0, length: 0 };
    await flipByte(join(directory, 'archive', FIRST), offset + length - 5);
    const failed = first.read('b');
    await expect(failed).rejects.toMatchObject({ code: 'queue-unavailable' });
    await expect(failed).rejects.toThrow(`${FIRST}: the job at byte ${offset} is damaged. Restore the file`);
    expect(await first.read('c')).toEqual(finishedJob('c', 2));
  });

  it.each([
    ['a damaged table', async (path: string) => flipByte(path, 30), 'the table at byte 0'],
    [
      'a file that lost its end',
      async (path: string) => truncate(path, 1_000),
      'the segment, 1000 bytes long',
    ],
    ['a missing file', async (path: string) => rm(path), 'the segment'],
  ])('refuses to open with %s', async (_, damage, what) => {
    const first = await openState();
    finish(first, range(0, 20));
    await archived(first);
    await first.compact();
    await first.close();
    opened = [];
    await damage(join(directory, 'archive', FIRST));
    const failed = openState();
    await expect(failed).rejects.toMatchObject({ code: 'queue-unavailable' });
    await expect(failed).rejects.toThrow(`${FIRST}: ${what}`);
    expect(await readdir(directory), 'the lock is free').not.toContain('lock');
  });

  it('keeps finished jobs in memory and journal while they cannot be moved', async () => {
    const errors: string[] = [];
    await writeFile(join(base, 'file'), '');
    const state = await openState({ onError: ({ message }) => void errors.push(message) });
    // Where the folder should be is a file.
    await writeFile(join(directory, 'archive'), '');
    finish(state, ['a']);
    await waitFor('the failure', () => (errors.length > 0 ? true : undefined));
    await rm(join(directory, 'archive'));
    expect(await state.read('a')).toEqual(finishedJob('a', 0));
    await state.compact();
    expect(state.state.archive.has('a')).toBe(true);
    expect(await (await reopen(state)).read('a')).toEqual(finishedJob('a', 0));
  });
});

async function openState(options: Partial<DurableStateOptions> = {}): Promise<DurableState> {
  const onError = (error: Error): never => {
    throw error;
  };
  const sizes = { compactBytes: LARGE, residentBytes: 0, segmentBytes: LARGE };
  const state = await DurableState.open({ directory, ...sizes, onError, ...options });
  opened.push(state);
  return state;
}

async function reopen(
  state: DurableState,
  options: Partial<DurableStateOptions> = {},
): Promise<DurableState> {
  await state.close();
  opened = opened.filter((one) => one !== state);
  return openState(options);
}

/** Adds jobs and ends them; every second one fails. */
function finish(state: DurableState, ids: readonly string[]): void {
  for (const [index, id] of ids.entries()) {
    const place = Number.parseInt(id, 10);
    const {
      state: end,
      finishedOn,
      returnvalue,
      endState,
    } = finishedJob(id, Number.isNaN(place) ? index : place);
    state.commit({ t: 'job', job: waitingJob(id) });
    state.commit({
      t: 'set',
      id,
      to: {
        state: end,
        finishedOn: finishedOn ?? null,
        returnvalue: returnvalue ?? null,
        endState: endState ?? null,
      },
    });
  }
}

async function archived({ state }: DurableState): Promise<void> {
  await waitFor('finished jobs to be on disk', () => (state.finishedBytes === 0 ? true : undefined));
}

function finishedJob(id: string, place: number): StoredJob {
  const isCompleted = place % 2 === 0;
  return {
    ...waitingJob(id),
    state: isCompleted ? 'completed' : 'failed',
    finishedOn: 1_000 + place,
    ...(isCompleted ? { returnvalue: `"${id}"`, endState: 'succeeded' } : {}),
  };
}

function waitingJob(id: string): StoredJob {
  return {
    id,
    name: 'jobs',
    data: JSON.stringify({ argv: ['naïve\n', id] }),
    opts: {},
    timestamp: 1,
    state: 'waiting',
    order: 1,
    priority: 0,
    delay: 0,
    due: 0,
    attemptsMade: 0,
    attemptsStarted: 0,
    stalledCounter: 0,
    progress: 0,
    ledger: '',
  };
}

function range(from: number, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${from + index}`);
}

async function segments(): Promise<readonly string[]> {
  return (await readdir(join(directory, 'archive'))).toSorted();
}

/**
 * Copies the queue's directory as a process that dies now would leave it: this process does nothing else meanwhile
 * but the one write or removal that is under way. A copy that was disturbed by it does not count.
 */
function copyImage(path: string): boolean {
  try {
    cpSync(directory, path, { recursive: true, filter: (source) => !source.endsWith('lock') });
    return true;
  } catch {
    rmSync(path, { recursive: true, force: true });
    return false;
  }
}

async function flipByte(path: string, at: number): Promise<void> {
  const file = await open(path, 'r+');
  const byte = Buffer.alloc(1);
  await file.read(byte, 0, 1, at);
  byte.writeUInt8(byte.readUInt8(0) ^ 0xff, 0);
  await file.write(byte, 0, 1, at);
  await file.close();
}
