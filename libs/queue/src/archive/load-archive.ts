import { stat } from 'node:fs/promises';
import type { QueueState } from '../state/queue-state.js';
import type { ExpectedSegment } from './archive-index.js';
import { damagedArchive, listSegments, removeSegments, segmentPath } from './archive-files.js';
import { voidRow, type ArchiveRow } from './archive-row.js';
import { readTables } from './read-archive.js';

/**
 * Reads the tables of the segments that a snapshot spoke of: before the journals that follow it.
 *
 * @throws {InfrastructureError} `queue-unavailable` if one is missing or damaged.
 */
export async function loadArchive(directory: string, state: QueueState): Promise<void> {
  for (const segment of state.archive.takeExpected()) {
    const { number, bytes, slots } = segment;
    const rows = await readTables(directory, number, bytes);
    if (rows.length !== slots) throw damagedArchive(segmentPath(directory, number), 'its list of jobs');
    state.restoreSegment(number, withoutDead(rows, segment), bytes);
  }
}

/**
 * Looks, after a replay, whether every segment in use has its file, and removes files that nothing names: their
 * batches never came to count, or all their jobs are gone. Gives the number of the last segment.
 *
 * @throws {InfrastructureError} `queue-unavailable` if a file is missing or too short.
 */
export async function checkArchive(directory: string, state: QueueState): Promise<number> {
  const known = new Set<number>();
  for (const table of state.archive.segments) {
    known.add(table.number);
    if (!table.isEmpty) await checkSegment(segmentPath(directory, table.number), table.bytes);
  }
  const files = await listSegments(directory);
  await removeSegments(
    directory,
    files.filter((number) => !known.has(number)),
  );
  return state.archive.newestSegment;
}

async function checkSegment(path: string, bytes: number): Promise<void> {
  let size: number;
  try {
    ({ size } = await stat(path));
  } catch (thrown) {
    throw damagedArchive(path, 'the segment', thrown);
  }
  if (size < bytes) throw damagedArchive(path, `the segment, ${size} bytes long instead of ${bytes},`);
}

function withoutDead(rows: readonly ArchiveRow[], { dead }: ExpectedSegment): readonly ArchiveRow[] {
  const kept = [...rows];
  for (let index = 0; index + 1 < dead.length; index += 2) {
    for (let slot = dead[index] ?? 0; slot < (dead[index + 1] ?? 0); slot += 1) {
      const row = kept[slot];
      if (row !== undefined) kept[slot] = voidRow(row);
    }
  }
  return kept;
}
