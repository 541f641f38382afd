import { OUTPUT_STREAMS, type OutputStream } from '@sandlot/contract';
import { GrowingBytes } from './growing-bytes.js';

/** What one stream carried, as far as it fitted. */
export interface CollectedOutput {
  readonly bytes: Uint8Array;
  readonly truncated: boolean;
}

/** Gathers both streams of a run. The sandbox has already cut them at their limit, so this is bounded. */
export class OutputCollector {
  readonly #kept: Readonly<Record<OutputStream, GrowingBytes>> = {
    stdout: new GrowingBytes(),
    stderr: new GrowingBytes(),
  };
  readonly #truncated: Record<OutputStream, boolean> = { stdout: false, stderr: false };

  /** Bytes of both streams so far. */
  get byteLength(): number {
    return this.#kept.stdout.length + this.#kept.stderr.length;
  }

  get stdout(): CollectedOutput {
    return this.#collected('stdout');
  }

  get stderr(): CollectedOutput {
    return this.#collected('stderr');
  }

  add(stream: OutputStream, chunk: Uint8Array): void {
    this.#kept[stream].add(chunk);
  }

  noteTruncation(truncated: Readonly<Record<OutputStream, boolean>>): void {
    for (const stream of OUTPUT_STREAMS) this.#truncated[stream] ||= truncated[stream];
  }

  #collected(stream: OutputStream): CollectedOutput {
    return { bytes: this.#kept[stream].bytes(), truncated: this.#truncated[stream] };
  }
}
