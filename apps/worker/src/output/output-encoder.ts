import { decodeUtf8 } from '@sandlot/contract';

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

const LONGEST_CHARACTER_BYTES = 4;

/** How many bytes at the end begin a UTF-8 character without ending it: 0–3. */
function unfinishedCharacterBytes(bytes: Uint8Array): number {
  for (let count = 1; count < LONGEST_CHARACTER_BYTES && count <= bytes.length; count += 1) {
    const byte = bytes[bytes.length - count] ?? 0;
    if (isContinuation(byte)) continue;
    const second = count > 1 ? bytes[bytes.length - count + 1] : undefined;
    return count < characterBytes(byte) && canFollow(byte, second) ? count : 0;
  }
  return 0;
}

function isContinuation(byte: number): boolean {
  return (byte & 0b1100_0000) === 0b1000_0000;
}

/** Length of the character that a lead byte announces; 0 for a byte that can lead none (RFC 3629, section 4). */
function characterBytes(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  if (lead >= 0xf0 && lead <= 0xf4) return 4;
  return 0;
}

/** Whether the second byte keeps the character short of overlong forms, surrogates and U+110000 (RFC 3629). */
function canFollow(lead: number, second: number | undefined): boolean {
  if (second === undefined) return true;
  switch (lead) {
    case 0xe0:
      return second >= 0xa0;
    case 0xed:
      return second < 0xa0;
    case 0xf0:
      return second >= 0x90;
    case 0xf4:
      return second < 0x90;
    default:
      return true;
  }
}
