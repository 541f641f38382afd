import { closeSync } from 'node:fs';
import { constants } from 'node:os';
import koffi from 'koffi';
import { channelReceive, channelSend, createMemfd, createSocketPair, succeed } from './library.js';
import {
  decodeDenied,
  decodeReport,
  FRAME_BYTES,
  INLINE_BYTES,
  REPORT,
  REPORT_BYTES,
  type Denied,
  type Report,
  type Request,
} from './protocol.js';

/** What the owner of a channel hears. */
export interface ChannelListener {
  readonly onReport: (report: Report) => void;
  /** Of a cell only. */
  readonly onDenied?: (denied: Denied) => void;
  /** The other side is dead. Called once, and not after `close`. */
  readonly onEnd: () => void;
}

/**
 * Our end of a control or cell socket (SOCK_SEQPACKET). Node's streams cannot carry one, so it is watched with
 * poll and read through the native library.
 */
export class Channel {
  readonly #fd: number;
  readonly #poll: ReturnType<typeof koffi.node.poll>;
  readonly #listener: ChannelListener;
  readonly #received = Buffer.alloc(REPORT_BYTES);
  #closed = false;

  private constructor(fd: number, listener: ChannelListener) {
    this.#fd = fd;
    this.#listener = listener;
    this.#poll = koffi.node.poll(fd, { readable: true }, () => this.#receive());
  }

  /** A channel and the descriptor of its other end, which the caller hands over and then closes. */
  static create(listener: ChannelListener): { readonly channel: Channel; readonly otherEnd: number } {
    const [ours, otherEnd] = createSocketPair();
    return { channel: new Channel(ours, listener), otherEnd };
  }

  /**
   * Sends one request; descriptors are duplicated into it and stay the caller's. Does nothing once the other
   * side is gone: its end is on its way to the listener.
   */
  send(request: Request, body: Uint8Array = new Uint8Array(), fds: readonly number[] = []): void {
    if (this.#closed) return;
    const inline = body.length <= INLINE_BYTES;
    const message = Buffer.alloc(FRAME_BYTES + (inline ? body.length : 0));
    message.writeUInt32LE(request, 0);
    message.writeUInt32LE(body.length, 4);
    message.writeUInt32LE(inline ? 0 : 1, 8);
    if (inline) {
      message.set(body, FRAME_BYTES);
      this.#sendMessage(message, fds);
      return;
    }
    const memfd = createMemfd('sandlot-body', body);
    try {
      this.#sendMessage(message, [memfd, ...fds]);
    } finally {
      closeSync(memfd);
    }
  }

  /** Closes our end, which ends the slot or cell at the other. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#poll.close();
    closeSync(this.#fd);
  }

  #sendMessage(message: Buffer, fds: readonly number[]): void {
    const result = channelSend(this.#fd, message, message.length, Int32Array.from(fds), fds.length);
    if (result === -constants.errno.EPIPE || result === -constants.errno.ECONNRESET) return;
    succeed('send a request to init', result);
  }

  #deliver(message: Buffer): void {
    const report = decodeReport(message);
    if (report.kind === REPORT.denied) this.#listener.onDenied?.(decodeDenied(message));
    else this.#listener.onReport(report);
  }

  #receive(): void {
    while (!this.#closed) {
      const result = channelReceive(this.#fd, this.#received);
      if (result === -constants.errno.EAGAIN) return;
      if (result === 1) {
        this.#deliver(this.#received);
        continue;
      }
      this.close();
      this.#listener.onEnd();
    }
  }
}
