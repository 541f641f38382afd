import { open, readdir, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The files of a queue directory. `journal-N` holds the changes made while it was the newest one; `snapshot-N` the
 * whole state as it was when `journal-N` began, or a little later. State = newest snapshot, then every journal
 * from its number on.
 */
export interface JournalFiles {
  /** Number of the newest snapshot; 0: none yet. */
  readonly snapshot: number;
  /** Numbers of the journals to be replayed after it, ascending. */
  readonly journals: readonly number[];
  /** Paths of files that are no longer needed. */
  readonly leftovers: readonly string[];
}

export function journalPath(directory: string, number: number): string {
  return join(directory, `journal-${pad(number)}`);
}

export function snapshotPath(directory: string, number: number): string {
  return join(directory, `snapshot-${pad(number)}`);
}

export async function listJournalFiles(directory: string): Promise<JournalFiles> {
  const names = await readdir(directory);
  const numbersOf = (kind: string): number[] =>
    names
      .flatMap((name) => new RegExp(`^${kind}-(\\d{8})$`).exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b);
  const snapshots = numbersOf('snapshot');
  const snapshot = snapshots.at(-1) ?? 0;
  const journals = numbersOf('journal');
  const leftovers = [
    ...snapshots.filter((number) => number < snapshot).map((number) => snapshotPath(directory, number)),
    ...journals.filter((number) => number < snapshot).map((number) => journalPath(directory, number)),
    ...names.filter((name) => name.endsWith('.tmp')).map((name) => join(directory, name)),
  ];
  return { snapshot, journals: journals.filter((number) => number >= snapshot), leftovers };
}

/** Puts a finished temporary file in its place, for good. */
export async function putInPlace(directory: string, temporary: string, path: string): Promise<void> {
  await rename(temporary, path);
  await syncDirectory(directory);
}

export async function removeFiles(paths: readonly string[]): Promise<void> {
  for (const path of paths) await unlink(path);
}

/** Makes names in a directory durable: fsync(2) of a file does not include its directory entry. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function pad(number: number): string {
  return String(number).padStart(8, '0');
}
