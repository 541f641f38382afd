import { readSync } from 'node:fs';
import type { RunHeader } from '../runner-protocol.js';

/** Of the number before the header. */
const LENGTH_BYTES = 4;

/** A request as it came: what the worker wrote, whom the runner believes. */
export interface ReceivedRequest {
  readonly header: RunHeader;
  readonly module: Uint8Array;
}

/**
 * Reads a request, sleeping until there is one.
 *
 * @returns undefined if the pipe ends first
 */
export function readRunRequest(fd: number): ReceivedRequest | undefined {
  const length = readExactly(fd, LENGTH_BYTES);
  const json = length && readExactly(fd, length.readUInt32LE());
  if (json === undefined) return undefined;
  const header = JSON.parse(json.toString()) as RunHeader;
  const module = readExactly(fd, header.moduleBytes);
  return module && { header, module };
}

function readExactly(fd: number, length: number): Buffer | undefined {
  const bytes = Buffer.allocUnsafe(length);
  let done = 0;
  while (done < length) {
    const read = readSync(fd, bytes, done, length - done, null);
    if (read === 0) return undefined;
    done += read;
  }
  return bytes;
}
