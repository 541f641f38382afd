import { open, type FileHandle } from 'node:fs/promises';
import { InfrastructureError } from '@sandlot/engine';
import { containsFrame, decodeHeader, decodePayload, FRAME_HEADER_BYTES } from './frame.js';

export interface ReadJournalOptions {
  /** Given every entry, in order. */
  readonly onLine: (line: string) => void;
  /** Only the newest journal may end in the middle of a frame. */
  readonly mayBeTorn: boolean;
}

/**
 * Reads a journal or snapshot. Gives the length of its sound part: what follows is a frame whose writer died, and
 * was never acknowledged.
 *
 * @throws {InfrastructureError} `queue-unavailable`, naming file and offset, if a frame is damaged that was once
 * whole: the file must not be used as it is.
 */
export async function readJournal(path: string, { onLine, mayBeTorn }: ReadJournalOptions): Promise<number> {
  await using file = await openForReading(path);
  const { size } = await file.handle.stat();
  let offset = 0;
  while (offset < size) {
    const lines = await readFrame(file.handle, offset, size);
    if (lines === undefined) {
      if (mayBeTorn && !containsFrame(await readRange(file.handle, offset + 1, size))) return offset;
      throw damaged(path, offset);
    }
    for (const line of lines.lines) onLine(line);
    offset += lines.bytes;
  }
  return offset;
}

async function readFrame(
  handle: FileHandle,
  offset: number,
  size: number,
): Promise<{ readonly lines: readonly string[]; readonly bytes: number } | undefined> {
  const start = offset + FRAME_HEADER_BYTES;
  if (start > size) return undefined;
  const header = decodeHeader(await readRange(handle, offset, start));
  if (header === undefined || start + header.payloadBytes > size) return undefined;
  const lines = decodePayload(await readRange(handle, start, start + header.payloadBytes), header);
  return lines && { lines, bytes: FRAME_HEADER_BYTES + header.payloadBytes };
}

async function readRange(handle: FileHandle, from: number, to: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(Math.max(0, to - from));
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, from + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

async function openForReading(path: string): Promise<AsyncDisposable & { readonly handle: FileHandle }> {
  const handle = await open(path, 'r');
  return { handle, [Symbol.asyncDispose]: async () => handle.close() };
}

function damaged(path: string, offset: number): InfrastructureError {
  return new InfrastructureError(
    'queue-unavailable',
    `Cannot read the queue's journal ${path}: the frame at byte ${offset} is damaged and others follow, so this is no interrupted write. Restore the file from a backup, or move the queue directory away to start with an empty queue`,
  );
}
