import type { Output } from './job-document.js';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of `bytes` if they are valid UTF-8, otherwise undefined. A byte order mark is kept. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    // TextDecoder has no other way to say "not UTF-8".
    return undefined;
  }
}

/**
 * Puts a stream's bytes into a document: as text if that is faithful, otherwise as base64. Of a truncated stream
 * a last character that was cut in two is dropped, since the cut is Sandlot's doing; `bytes` says what is left.
 */
export function encodeOutput(kept: Uint8Array, truncated: boolean): Output {
  const bytes = truncated ? kept.subarray(0, kept.length - incompleteTailBytes(kept)) : kept;
  const text = decodeUtf8(bytes);
  if (text !== undefined) return { encoding: 'utf8', text, bytes: bytes.length, truncated };
  return {
    encoding: 'base64',
    base64: Buffer.from(kept).toString('base64'),
    bytes: kept.length,
    truncated,
  };
}

/** How many bytes at the end (0–3) begin a UTF-8 character that goes on beyond it: utf-8(7). */
export function incompleteTailBytes(bytes: Uint8Array): number {
  for (let length = 1; length <= Math.min(3, bytes.length); length += 1) {
    const byte = bytes[bytes.length - length] ?? 0;
    const isContinuation = (byte & 0b1100_0000) === 0b1000_0000;
    if (!isContinuation) return length < characterBytes(byte) ? length : 0;
  }
  return 0;
}

/** Length of the character that this first byte begins. */
function characterBytes(first: number): number {
  if (first < 0xc2) return 1;
  if (first < 0xe0) return 2;
  if (first < 0xf0) return 3;
  return first < 0xf5 ? 4 : 1;
}
