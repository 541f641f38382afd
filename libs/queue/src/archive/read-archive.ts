import { open, type FileHandle } from 'node:fs/promises';
import { decodeHeader, decodePayload, FRAME_HEADER_BYTES } from '../journal/frame.js';
import type { StoredJob } from '../state/stored-job.js';
import { damagedArchive, segmentPath } from './archive-files.js';
import type { ArchiveRow } from './archive-row.js';
import { decodeTable } from './batch.js';
import type { Place } from './segment-table.js';

/** Read along with a header: most tables fit. */
const TABLE_GUESS_BYTES = 64 * 1024;

/** Reads one job. @throws {InfrastructureError} `queue-unavailable`, naming file and byte, if it is damaged. */
export async function readJob(directory: string, { segment, offset, length }: Place): Promise<StoredJob> {
  const path = segmentPath(directory, segment);
  const what = `the job at byte ${offset}`;
  await using file = await openForReading(path, what);
  const lines = linesOf(await readAt(file.handle, offset, length));
  if (lines?.[0] === undefined) throw damagedArchive(path, what);
  // Only `encodeBatch` writes these frames.
  return JSON.parse(lines[0]) as StoredJob;
}

/**
 * Reads the tables of a segment's first `bytes` bytes, without the jobs. Gives all rows, in the order of slots.
 *
 * @throws {InfrastructureError} `queue-unavailable`, naming file and byte, if one is damaged.
 */
export async function readTables(
  directory: string,
  segment: number,
  bytes: number,
): Promise<readonly ArchiveRow[]> {
  const path = segmentPath(directory, segment);
  await using file = await openForReading(path, 'the segment');
  const rows: ArchiveRow[] = [];
  for (let offset = 0; offset < bytes;) {
    const frame = await readTable(file.handle, offset);
    const lines = linesOf(frame);
    if (lines === undefined) throw damagedArchive(path, `the table at byte ${offset}`);
    const table = decodeTable(lines, { offset, bytes: frame.length - FRAME_HEADER_BYTES });
    for (const row of table.rows) rows.push(row);
    offset = table.end;
  }
  return rows;
}

/** The frame at `offset`, as long as its header says. */
async function readTable(handle: FileHandle, offset: number): Promise<Buffer> {
  const guess = await readAt(handle, offset, TABLE_GUESS_BYTES);
  const length = FRAME_HEADER_BYTES + (decodeHeader(guess)?.payloadBytes ?? 0);
  return length <= guess.length ? guess.subarray(0, length) : readAt(handle, offset, length);
}

function linesOf(frame: Buffer): readonly string[] | undefined {
  const header = decodeHeader(frame);
  if (header === undefined || frame.length !== FRAME_HEADER_BYTES + header.payloadBytes) return undefined;
  return decodePayload(frame.subarray(FRAME_HEADER_BYTES), header);
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

async function openForReading(
  path: string,
  what: string,
): Promise<AsyncDisposable & { readonly handle: FileHandle }> {
  try {
    const handle = await open(path, 'r');
    return { handle, [Symbol.asyncDispose]: async () => handle.close() };
  } catch (thrown) {
    throw damagedArchive(path, what, thrown);
  }
}
