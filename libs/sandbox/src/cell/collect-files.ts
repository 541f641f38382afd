import { closeSync } from 'node:fs';
import { ARTIFACT_BOUNDS } from '@sandlot/contract';
import { notCollected, type Collection } from '@sandlot/engine';
import { BodyWriter } from '../native/body-writer.js';
import { createPipeEnds } from '../native/library.js';
import { readPipe } from '../stdio/pipe-reader.js';
import { FileStream } from './file-stream.js';

/** Body of the request for files (SBX_GET_FILES in native/include/protocol.h). */
export function encodeFilesRequest(paths: readonly string[]): Buffer {
  const { fileBytes, totalBytes, entries, pathBytes, levels } = ARTIFACT_BOUNDS;
  return new BodyWriter()
    .u64(fileBytes)
    .u64(totalBytes)
    .u32(entries)
    .u32(pathBytes)
    .u32(levels)
    .strings(paths)
    .finish();
}

/**
 * Reads what init writes for some paths until it has said all, has died, or `stop` aborts; then the pipe is closed
 * and init, if it is still writing, stops.
 *
 * @param begin sends the request along with init's end of a pipe, of which it keeps a copy.
 * @throws {Error} if init wrote what it never would.
 */
export async function collectFiles(
  paths: readonly string[],
  begin: (pipe: number) => void,
  stop: AbortSignal,
): Promise<FileStream> {
  const stream = new FileStream(paths);
  const [ours, theirs] = createPipeEnds(0);
  try {
    begin(theirs);
  } catch (error) {
    closeSync(ours);
    throw error;
  } finally {
    closeSync(theirs);
  }
  // Once nobody waits any more, the next piece is the last: what throws here closes the pipe.
  const read = readPipe(ours, (piece) => {
    stop.throwIfAborted();
    stream.push(piece);
  });
  await Promise.race([read, abortOf(stop)]);
  read.catch(() => undefined);
  return stream;
}

/** Resolves once `signal` aborts. */
export async function abortOf(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/** Whatever was asked for and has not come, nor a reason for it, was not collected. */
export function withGap({ files, leftOut }: Collection, paths: readonly string[]): Collection {
  const known = new Set([...files, ...leftOut].map(({ path }) => path));
  return { files, leftOut: [...leftOut, ...notCollected(paths.filter((path) => !known.has(path))).leftOut] };
}
