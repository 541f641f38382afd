import type { Writable } from 'node:stream';
import type { OutputStream } from '@sandlot/contract';

/** Writes a payload's output to this process's own streams, no faster than they are read. */
export class PassThrough {
  readonly #targets: Readonly<Record<OutputStream, Writable>>;

  /** @param onClosed called when the reader of a stream is gone (EPIPE); what follows is dropped. */
  constructor(targets: Readonly<Record<OutputStream, Writable>>, onClosed: () => void) {
    this.#targets = targets;
    // Without a listener the failed write would end the process in the middle of a run.
    for (const target of Object.values(targets)) target.on('error', onClosed);
  }

  /** Resolves when the chunk has left this process, so a slow reader holds the payload back. */
  async write(stream: OutputStream, chunk: Uint8Array): Promise<void> {
    const target = this.#targets[stream];
    if (target.destroyed || target.errored) return;
    // The error itself arrives at the listener above; here only the end of the write counts.
    await new Promise<void>((resolve) => target.write(chunk, () => resolve()));
  }
}
