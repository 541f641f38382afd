import { OUTPUT_STREAMS, type OutputStream } from '@sandlot/contract';

/** What one stream carried, as far as it fitted. */
export interface CollectedOutput {
  readonly bytes: Uint8Array;
  readonly truncated: boolean;
}

/** Gathers both streams of a run. The sandbox has already cut them at their limit, so this is bounded. */
export class OutputCollector {
  readonly #chunks: Record<OutputStream, Uint8Array[]> = { stdout: [], stderr: [] };
  readonly #truncated: Record<OutputStream, boolean> = { stdout: false, stderr: false };
  #byteLength = 0;

  /** Bytes of both streams so far. */
  get byteLength(): number {
    return this.#byteLength;
  }

  get stdout(): CollectedOutput {
    return this.#collected('stdout');
  }

  get stderr(): CollectedOutput {
    return this.#collected('stderr');
  }

  add(stream: OutputStream, chunk: Uint8Array): void {
    this.#chunks[stream].push(chunk);
    this.#byteLength += chunk.length;
  }

  noteTruncation(truncated: Readonly<Record<OutputStream, boolean>>): void {
    for (const stream of OUTPUT_STREAMS) this.#truncated[stream] ||= truncated[stream];
  }

  #collected(stream: OutputStream): CollectedOutput {
    return { bytes: concat(this.#chunks[stream]), truncated: this.#truncated[stream] };
  }
}

function concat(chunks: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}
