import type { Output } from './job-document.js';
import { unfinishedCharacterBytes } from './unfinished-character.js';

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
  const bytes = truncated ? kept.subarray(0, kept.length - unfinishedCharacterBytes(kept)) : kept;
  const text = decodeUtf8(bytes);
  if (text !== undefined) return { encoding: 'utf8', text, bytes: bytes.length, truncated };
  return {
    encoding: 'base64',
    base64: Buffer.from(kept).toString('base64'),
    bytes: kept.length,
    truncated,
  };
}
