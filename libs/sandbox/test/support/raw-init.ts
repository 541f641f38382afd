import { constants } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { channelReceive, channelSend } from '../../src/native/library.js';
import { decodeReport, FRAME_BYTES, REPORT_BYTES, type Report } from '../../src/native/protocol.js';

/** Longer than init ever takes; a run that takes so long hangs. */
export const PATIENCE_MS = 5_000;

/** What is sent to init as it stands, with copies of one descriptor. */
export interface Message {
  readonly bytes: Uint8Array;
  readonly fds: number;
}

/** A frame as `Channel.send` makes it, unless it is to lie. */
export function frame(request: number, body: Uint8Array, { length = body.length, inFd = 0 } = {}): Buffer {
  const bytes = Buffer.alloc(FRAME_BYTES + body.length);
  bytes.writeUInt32LE(request, 0);
  bytes.writeUInt32LE(length, 4);
  bytes.writeUInt32LE(inFd, 8);
  bytes.set(body, FRAME_BYTES);
  return bytes;
}

export function send(socket: number, { bytes, fds }: Message, descriptor: number): void {
  channelSend(socket, bytes, bytes.length, new Int32Array(fds).fill(descriptor), fds);
}

/** What comes next of init: a report, or its end. @throws if neither does. */
export async function answer(socket: number): Promise<Report | 'end'> {
  const report = Buffer.alloc(REPORT_BYTES);
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline) {
    const result = channelReceive(socket, report);
    if (result === 1) return decodeReport(report);
    if (result !== -constants.errno.EAGAIN) return 'end';
    await delay(1);
  }
  throw new Error('Init hangs');
}
