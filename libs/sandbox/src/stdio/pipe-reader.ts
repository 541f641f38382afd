import { closeSync, readSync } from 'node:fs';
import koffi from 'koffi';

const CHUNK_BYTES = 64 * 1024;
/** A payload that writes for ever must not keep the event loop: the poll tells again of what is left. */
const READS_PER_TURN = 16;

/** Filled by one read and copied before the next: reading never waits, so one buffer serves all pipes. */
const scratch = Buffer.allocUnsafe(CHUNK_BYTES);

/**
 * Reads a pipe until its last writer is gone and closes it. `onChunk` gets bytes of its own; while the promise
 * it returns is pending nothing is read, so that the writer blocks on the full pipe (pipe(7)).
 */
export function readPipe(fd: number, onChunk: (chunk: Uint8Array) => void | Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    let busy = false;
    const finish = (settle: () => void) => {
      poll.close();
      closeSync(fd);
      settle();
    };
    const drain = async (): Promise<void> => {
      for (let reads = 0; reads < READS_PER_TURN; reads += 1) {
        const bytes = readSome(fd);
        if (bytes === undefined) return;
        if (bytes.length === 0) return finish(resolve);
        const held = onChunk(bytes);
        if (held === undefined) continue;
        poll.stop();
        await held;
        poll.start({ readable: true }, onReadable);
      }
    };
    const onReadable = () => {
      if (busy) return;
      busy = true;
      drain().then(
        () => (busy = false),
        (error: unknown) =>
          finish(() => reject(new Error('Output could not be passed on', { cause: error }))),
      );
    };
    const poll = koffi.node.poll(fd, { readable: true }, onReadable);
  });
}

/** What the pipe holds now; nothing at end of file; undefined if it is empty. */
function readSome(fd: number): Uint8Array | undefined {
  try {
    return Buffer.from(scratch.subarray(0, readSync(fd, scratch, 0, CHUNK_BYTES, null)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return undefined;
    throw error;
  }
}
