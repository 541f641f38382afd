import {
  appendFile,
  copyFile,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DurableState } from '../src/state/durable-state.js';
import type { Entry } from '../src/state/entry.js';
import type { QueueState } from '../src/state/queue-state.js';
import type { StoredJob } from '../src/state/stored-job.js';

const compactBytes = 1024 * 1024 * 1024;
const FIRST = 'journal-00000001';

let base: string;
let directories = 0;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'sandlot-journal-'));
});
afterEach(async () => rm(base, { recursive: true }));

describe('the journal', () => {
  it('brings everything back that was durable', async () => {
    const directory = newDirectory();
    const first = await openState(directory);
    first.commit(jobEntry('a'), jobEntry('b'), { t: 'set', id: 'a', to: { state: 'active', ledger: 'x' } });
    first.commit({
      t: 'key',
      key: 'k',
      record: { jobId: 'a', fingerprint: 'f', added: true, reservedAt: 4 },
      at: 5,
    });
    first.commit({ t: 'meta', field: 'paused', value: '1' }, { t: 'del', id: 'b' });
    await first.durable();
    const before = dump(first.state);
    await first.close();
    const second = await openState(directory);
    expect(dump(second.state)).toEqual(before);
    await second.close();
  });

  it('keeps its files from other users', async () => {
    const directory = newDirectory();
    await (await openState(directory)).close();
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    expect((await stat(join(directory, FIRST))).mode & 0o777).toBe(0o600);
  });

  it('drops a torn tail, whatever it looks like, and goes on behind what was sound', async () => {
    for (const tail of [
      Buffer.from('SBXJ'),
      Buffer.alloc(5000),
      Buffer.from('SBXJ\x10\0\0\0\0\0\0\0short'),
      Buffer.from('x'),
    ]) {
      const directory = newDirectory();
      const first = await openState(directory);
      first.commit(jobEntry('a'));
      await first.close();
      await appendFile(join(directory, FIRST), tail);
      const second = await openState(directory);
      expect([...second.state.jobs.keys()]).toEqual(['a']);
      second.commit(jobEntry('b'));
      await second.close();
      const third = await openState(directory);
      expect([...third.state.jobs.keys()]).toEqual(['a', 'b']);
      await third.close();
    }
  });

  it('refuses a damaged frame that is followed by others, naming file and byte', async () => {
    const directory = newDirectory();
    const first = await openState(directory);
    const offsets: number[] = [];
    for (const id of ['a', 'b', 'c']) {
      offsets.push((await stat(join(directory, FIRST))).size);
      first.commit(jobEntry(id));
      await first.durable();
    }
    await first.close();
    await flipByte(join(directory, FIRST), (offsets[1] ?? 0) + 40);
    const failed = openState(directory);
    await expect(failed).rejects.toMatchObject({ code: 'queue-unavailable' });
    await expect(failed).rejects.toThrow(`${FIRST}: the frame at byte ${offsets[1]} is damaged`);
    expect(await readdir(directory), 'nothing was changed, the lock is free').toEqual([FIRST]);
  });

  it('replays any beginning of its file to what was durable there', async () => {
    const { bytes, states } = await recordStates();
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: bytes.length }), async (cut) => {
        const directory = newDirectory();
        await mkdir(directory);
        await writeFile(join(directory, FIRST), bytes.subarray(0, cut));
        const opened = await openState(directory);
        const expected = states.findLast(({ length }) => length <= cut);
        expect(dump(opened.state)).toEqual(expected?.dump);
        await opened.close();
      }),
      {
        numRuns: 150,
        examples: states.flatMap(({ length }) => [[length], [Math.max(0, length - 1)]] as [number][]),
      },
    );
  });

  it('survives any damage: replays what was before it, or refuses with its documented error', async () => {
    const { bytes, states } = await recordStates();
    const flips = fc.uniqueArray(fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 })), {
      selector: ([at]) => at,
      minLength: 1,
      maxLength: 4,
    });
    const end = fc.oneof(fc.constant(bytes.length), fc.integer({ min: 1, max: bytes.length }));
    await fc.assert(
      fc.asyncProperty(flips, end, async (changes, cut) => {
        const directory = newDirectory();
        await mkdir(directory);
        await writeFile(join(directory, FIRST), damage(bytes, changes).subarray(0, cut));
        const outcome = await openState(directory).then(dumpAndClose, String);
        const first = Math.min(cut, ...changes.map(([at]) => at));
        const intact = states.findLast(({ length }) => length <= first);
        const refused = /^InfrastructureError: .* the frame at byte \d+ is damaged/.test(outcome);
        expect(refused || outcome === JSON.stringify(intact?.dump), outcome).toBe(true);
      }),
      { numRuns: Number(process.env['SANDLOT_FUZZ_RUNS'] ?? 200) },
    );
  });
});

describe('compaction', () => {
  it('leaves one snapshot and one journal that mean the same', async () => {
    const directory = newDirectory();
    const first = await openState(directory);
    for (let index = 0; index < 2_000; index += 1) first.commit(jobEntry(`${index}`));
    for (let index = 0; index < 1_900; index += 1) first.commit({ t: 'del', id: `${index}` });
    await first.durable();
    const before = (await stat(join(directory, FIRST))).size;
    await first.compact();
    expect((await readdir(directory)).toSorted()).toEqual(['journal-00000002', 'lock', 'snapshot-00000002']);
    expect((await stat(join(directory, 'snapshot-00000002'))).size).toBeLessThan(before / 10);
    first.commit(jobEntry('later'));
    await first.durable();
    const state = dump(first.state);
    await first.close();
    const second = await openState(directory);
    expect(dump(second.state)).toEqual(state);
    await second.close();
  });

  it('takes place by itself when the journal has grown', async () => {
    const directory = newDirectory();
    const first = await DurableState.open({
      directory,
      compactBytes: 20_000,
      residentBytes: 1_000_000,
      segmentBytes: 1_000_000,
      onError: fail,
    });
    for (let round = 0; round < 30; round += 1) {
      for (let index = 0; index < 20; index += 1)
        first.commit(jobEntry(`${round}-${index}`), { t: 'del', id: `${round}-${index}` });
      await first.durable();
    }
    await first.close();
    const files = await readdir(directory);
    expect(files.some((name) => name.startsWith('snapshot-'))).toBe(true);
    expect(files).not.toContain(FIRST);
    expect(files.length).toBeLessThanOrEqual(3);
  });

  it('loses no change that is made while it goes on', async () => {
    const directory = newDirectory();
    const first = await openState(directory);
    for (let index = 0; index < 3_000; index += 1) first.commit(jobEntry(`${index}`));
    await first.durable();
    const compacting = first.compact();
    let changes = 0;
    let isOver = false;
    void compacting.then(() => (isOver = true));
    while (!isOver) {
      const id = `${(changes * 7) % 3_000}`;
      if (changes % 3 === 0) first.commit({ t: 'del', id });
      else if (changes % 3 === 1)
        first.commit({ t: 'set', id, to: { state: 'active', ledger: `${changes}` } });
      else first.commit(jobEntry(`new-${changes}`));
      changes += 1;
      if (changes % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await compacting;
    await first.durable();
    const state = dump(first.state);
    await first.close();
    expect(changes).toBeGreaterThan(50);
    const second = await openState(directory);
    expect(dump(second.state)).toEqual(state);
    await second.close();
  });

  it('can be interrupted anywhere: both journals are replayed, an unfinished snapshot is dropped', async () => {
    const directory = newDirectory();
    const first = await openState(directory);
    first.commit(jobEntry('a'), jobEntry('b'));
    await first.close();
    await copyFile(join(directory, FIRST), join(directory, 'journal-00000002'));
    await truncate(join(directory, 'journal-00000002'), 0);
    await writeFile(join(directory, 'snapshot-00000002.tmp'), 'half');
    const second = await openState(directory);
    expect([...second.state.jobs.keys()]).toEqual(['a', 'b']);
    second.commit(jobEntry('c'));
    await second.close();
    expect((await readdir(directory)).toSorted()).toEqual([FIRST, 'journal-00000002']);
    const third = await openState(directory);
    expect([...third.state.jobs.keys()]).toEqual(['a', 'b', 'c']);
    await third.close();
  });

  it('replays 100,000 changes within seconds', async () => {
    const directory = newDirectory();
    const first = await openState(directory);
    for (let index = 0; index < 50_000; index += 1)
      first.commit(jobEntry(`${index}`), { t: 'set', id: `${index}`, to: { ledger: 'y' } });
    await first.durable();
    await first.close();
    const begun = performance.now();
    const second = await openState(directory);
    expect(second.state.waiting.size).toBe(50_000);
    expect(performance.now() - begun).toBeLessThan(8_000);
    await second.close();
  });
});

function newDirectory(): string {
  directories += 1;
  return join(base, `${directories}`);
}

async function openState(directory: string): Promise<DurableState> {
  return DurableState.open({
    directory,
    compactBytes,
    residentBytes: 1_000_000,
    segmentBytes: 1_000_000,
    onError: fail,
  });
}

async function dumpAndClose(opened: DurableState): Promise<string> {
  const text = JSON.stringify(dump(opened.state));
  await opened.close();
  return text;
}

function fail(error: Error): never {
  throw error;
}

/** A journal of 30 batches, and what was durable after each. */
async function recordStates(): Promise<{
  readonly bytes: Buffer;
  readonly states: readonly { readonly length: number; readonly dump: unknown }[];
}> {
  const directory = newDirectory();
  const recorded = await openState(directory);
  const states = [{ length: 0, dump: dump(recorded.state) }];
  for (let batch = 0; batch < 30; batch += 1) {
    recorded.commit(jobEntry(`${batch}`), jobEntry(`${batch}-too`), { t: 'del', id: `${batch - 3}` });
    recorded.commit({ t: 'set', id: `${batch - 1}`, to: { state: 'active', processedOn: batch } });
    await recorded.durable();
    states.push({ length: (await stat(join(directory, FIRST))).size, dump: dump(recorded.state) });
  }
  await recorded.close();
  return { bytes: await readFile(join(directory, FIRST)), states };
}

function jobEntry(id: string): Entry {
  const job: StoredJob = {
    id,
    name: 'jobs',
    data: JSON.stringify({ argv: ['naïve\n', id] }),
    opts: {},
    timestamp: 1,
    state: 'waiting',
    order: Number.parseInt(id, 10) || 0,
    priority: 0,
    delay: 0,
    due: 0,
    attemptsMade: 0,
    attemptsStarted: 0,
    stalledCounter: 0,
    progress: 0,
    ledger: '',
  };
  return { t: 'job', job };
}

function dump(state: QueueState): unknown {
  const byId = (a: StoredJob, b: StoredJob) => (a.id < b.id ? -1 : 1);
  return JSON.parse(
    JSON.stringify({
      jobs: [...state.jobs.values()].toSorted(byId),
      waiting: [...state.waiting.ids()].toSorted(),
      active: [...state.active].toSorted(),
      keys: [...state.keys],
      meta: [...state.meta],
    }),
  ) as unknown;
}

function damage(bytes: Buffer, changes: readonly (readonly [at: number, mask: number])[]): Buffer {
  const damaged = Buffer.from(bytes);
  for (const [at, mask] of changes) damaged.writeUInt8(damaged.readUInt8(at) ^ mask, at);
  return damaged;
}

async function flipByte(path: string, at: number): Promise<void> {
  const file = await open(path, 'r+');
  const byte = Buffer.alloc(1);
  await file.read(byte, 0, 1, at);
  byte.writeUInt8(byte.readUInt8(0) ^ 0xff, 0);
  await file.write(byte, 0, 1, at);
  await file.close();
}
