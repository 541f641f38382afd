import { closeSync, writeSync } from 'node:fs';
import koffi from 'koffi';
import type { StepInput } from '@sandlot/engine';

/**
 * Writes all of `input` into a pipe and closes it. Ends quietly when the payload reads no more, which is its
 * right, or when `stop` aborts.
 */
export async function writePipe(fd: number, input: StepInput, stop: AbortSignal): Promise<void> {
  try {
    if (input instanceof Uint8Array) {
      await writeChunk(fd, input, stop);
      return;
    }
    for await (const chunk of untilAborted(input, stop)) {
      if (!(await writeChunk(fd, chunk, stop))) return;
    }
  } finally {
    closeSync(fd);
  }
}

/** Returns whether the reader is still there. */
async function writeChunk(fd: number, chunk: Uint8Array, stop: AbortSignal): Promise<boolean> {
  let rest = chunk;
  while (rest.length > 0 && !stop.aborted) {
    const written = writeSome(fd, rest);
    if (written === 'closed') return false;
    if (written === 'full') await untilWritable(fd, stop);
    else rest = rest.subarray(written);
  }
  return !stop.aborted;
}

function writeSome(fd: number, bytes: Uint8Array): number | 'full' | 'closed' {
  try {
    return writeSync(fd, bytes);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EAGAIN') return 'full';
    if (code === 'EPIPE') return 'closed';
    throw error;
  }
}

function untilWritable(fd: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      poll.close();
      stop.removeEventListener('abort', settle);
      resolve();
    };
    const poll = koffi.node.poll(fd, { writable: true, disconnect: true }, settle);
    stop.addEventListener('abort', settle);
  });
}

/** The items of `source` until `stop` aborts, even while the next one is awaited. */
async function* untilAborted<T>(source: AsyncIterable<T>, stop: AbortSignal): AsyncIterable<T> {
  const iterator = source[Symbol.asyncIterator]();
  for (;;) {
    const next = await orAborted(iterator.next(), stop);
    if (next === undefined || next.done === true) break;
    yield next.value;
  }
  // Not awaited: a source that waits for a terminal may never answer. Whatever it says now concerns nobody.
  iterator.return?.().catch(() => undefined);
}

/** What `promise` gives, or undefined once `stop` aborts. Leaves nothing attached to the signal. */
async function orAborted<T>(promise: Promise<T>, stop: AbortSignal): Promise<T | undefined> {
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<undefined>((resolve) => {
    onAbort = () => resolve(undefined);
    if (stop.aborted) onAbort();
    else stop.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    if (onAbort !== undefined) stop.removeEventListener('abort', onAbort);
  }
}
