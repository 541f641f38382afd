import { decodeUtf8, unfinishedCharacterBytes } from '@sandlot/contract';

/** A piece of one stream, ready for an event: `offset` is its place in the stream, in bytes. */
export type EncodedPiece =
  | { readonly offset: number; readonly encoding: 'utf8'; readonly text: string }
  | { readonly offset: number; readonly encoding: 'base64'; readonly base64: string };

/**
 * Turns the chunks of one stream into pieces: text where a chunk is UTF-8, base64 where it is not. A character
 * cut in two by the chunking is held back until its last byte has come, so text stays text.
 */
export class OutputEncoder {
  #offset = 0;
  #held: Uint8Array = new Uint8Array();

  /** The piece that can be told now, if any. */
  push(chunk: Uint8Array): EncodedPiece | undefined {
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const whole = bytes.length - unfinishedCharacterBytes(bytes);
    // A copy: the chunk may be a view of a buffer that is read into again.
    this.#held = bytes.slice(whole);
    return this.#emit(bytes.subarray(0, whole));
  }

  /** The rest, once nothing more will come: the beginning of a character that was never finished. */
  flush(): EncodedPiece | undefined {
    const rest = this.#held;
    this.#held = new Uint8Array();
    return this.#emit(rest);
  }

  #emit(bytes: Uint8Array): EncodedPiece | undefined {
    if (bytes.length === 0) return undefined;
    const offset = this.#offset;
    this.#offset += bytes.length;
    const text = decodeUtf8(bytes);
    return text === undefined
      ? { offset, encoding: 'base64', base64: Buffer.from(bytes).toString('base64') }
      : { offset, encoding: 'utf8', text };
  }
}
