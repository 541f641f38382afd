import { crc32 } from 'node:zlib';

/**
 * On disk a journal is a row of frames, one per batch: magic "SBXJ", length and CRC-32 of the payload (each 4
 * bytes, little endian), then the payload: entries as JSON, one per line. A batch is written and synced as a
 * whole, so a crash can only leave the last frame incomplete.
 */
export const FRAME_HEADER_BYTES = 12;
export const FRAME_MAGIC = Buffer.from('SBXJ', 'latin1');
/** A length beyond it is not one. */
export const MAX_FRAME_BYTES = 512 * 1024 * 1024;

export function encodeFrame(lines: readonly string[]): Buffer {
  const payload = Buffer.from(lines.join('\n'), 'utf8');
  const header = Buffer.allocUnsafe(FRAME_HEADER_BYTES);
  FRAME_MAGIC.copy(header);
  header.writeUInt32LE(payload.length, 4);
  header.writeUInt32LE(crc32(payload), 8);
  return Buffer.concat([header, payload]);
}

export interface FrameHeader {
  readonly payloadBytes: number;
  readonly checksum: number;
}

/** The header at `offset`, or undefined if there is none. */
export function decodeHeader(bytes: Buffer, offset = 0): FrameHeader | undefined {
  if (bytes.length - offset < FRAME_HEADER_BYTES) return undefined;
  if (bytes.compare(FRAME_MAGIC, 0, FRAME_MAGIC.length, offset, offset + FRAME_MAGIC.length) !== 0)
    return undefined;
  const payloadBytes = bytes.readUInt32LE(offset + 4);
  if (payloadBytes === 0 || payloadBytes > MAX_FRAME_BYTES) return undefined;
  return { payloadBytes, checksum: bytes.readUInt32LE(offset + 8) };
}

/** The lines of a payload, or undefined if its checksum is wrong. */
export function decodePayload(payload: Buffer, { checksum }: FrameHeader): readonly string[] | undefined {
  return crc32(payload) === checksum ? payload.toString('utf8').split('\n') : undefined;
}

/** Whether a whole, sound frame begins anywhere in `bytes`. */
export function containsFrame(bytes: Buffer): boolean {
  for (let at = bytes.indexOf(FRAME_MAGIC); at !== -1; at = bytes.indexOf(FRAME_MAGIC, at + 1)) {
    const header = decodeHeader(bytes, at);
    const start = at + FRAME_HEADER_BYTES;
    if (header === undefined || start + header.payloadBytes > bytes.length) continue;
    if (decodePayload(bytes.subarray(start, start + header.payloadBytes), header) !== undefined) return true;
  }
  return false;
}
