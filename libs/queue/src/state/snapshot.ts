import { open, type FileHandle } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { InfrastructureError } from '@sandlot/engine';
import { encodeFrame } from '../journal/frame.js';
import { readJournal } from '../journal/read-journal.js';
import type { Entry } from './entry.js';
import type { QueueState } from './queue-state.js';

/** Entries per frame: what is put into text between two turns of the loop. */
const SLICE = 500;
/** Last line of a snapshot. */
const END = '{"t":"end"}';

/**
 * Writes the state as entries that lead to it. The state may go on changing meanwhile, as long as its changes go
 * to the journal that is replayed after this snapshot. Gives the size of the file, in bytes.
 */
export async function writeSnapshot(path: string, state: QueueState): Promise<number> {
  const file = await open(path, 'w', 0o600);
  try {
    await writeEntries(file, entriesOf(state));
    await file.sync();
    return (await file.stat()).size;
  } finally {
    await file.close();
  }
}

/** @throws {InfrastructureError} `queue-unavailable` if the snapshot is damaged or has no end. */
export async function readSnapshot(path: string, apply: (entry: Entry) => void): Promise<void> {
  let ended = false;
  const onLine = (line: string): void => {
    if (line === END) ended = true;
    // Only `writeSnapshot` writes these lines.
    else apply(JSON.parse(line) as Entry);
  };
  await readJournal(path, { onLine, mayBeTorn: false });
  if (ended) return;
  throw new InfrastructureError(
    'queue-unavailable',
    `Cannot read the queue's snapshot ${path}: it has no end, though it was complete when it got its name. Restore the file from a backup, or move the queue directory away to start with an empty queue`,
  );
}

async function writeEntries(file: FileHandle, entries: Iterable<Entry>): Promise<void> {
  let lines: string[] = [];
  for (const entry of entries) {
    lines.push(JSON.stringify(entry));
    if (lines.length < SLICE) continue;
    await file.appendFile(encodeFrame(lines));
    lines = [];
    await nextTurn();
  }
  await file.appendFile(encodeFrame([...lines, END]));
}

function* entriesOf(state: QueueState): Generator<Entry> {
  for (const job of state.jobs.values()) yield { t: 'job', job };
  for (const [key, { record, at }] of state.keys) yield { t: 'key', key, record, at };
  for (const [field, value] of state.meta) yield { t: 'meta', field, value };
  for (const table of state.archive.segments) {
    const { number, bytes, slots } = table;
    yield { t: 'segment', number, bytes, slots, dead: table.deadRanges() };
  }
}
