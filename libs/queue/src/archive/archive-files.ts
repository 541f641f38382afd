import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { InfrastructureError } from '@sandlot/engine';

/** Finished jobs are in a folder of the queue's directory. */
export function archiveDirectory(queueDirectory: string): string {
  return join(queueDirectory, 'archive');
}

export function segmentPath(directory: string, number: number): string {
  return join(directory, `segment-${String(number).padStart(8, '0')}`);
}

/** Removes the files of these segments; one that is gone already is no failure. */
export async function removeSegments(directory: string, numbers: readonly number[]): Promise<void> {
  for (const number of numbers) await rm(segmentPath(directory, number), { force: true });
}

/** Numbers of all segments that have a file. */
export async function listSegments(directory: string): Promise<readonly number[]> {
  return (await namesIn(directory)).flatMap((name) => {
    const number = /^segment-(\d{8,})$/.exec(name)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
}

async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (thrown) {
    // There is no folder before the first job is archived.
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw thrown;
  }
}

/** `what` fits before "is damaged". */
export function damagedArchive(path: string, what: string, cause?: unknown): InfrastructureError {
  return new InfrastructureError(
    'queue-unavailable',
    `Cannot read finished jobs in ${path}: ${what} is damaged. Restore the file from a backup, or move the queue directory away to start with an empty queue`,
    { cause },
  );
}
