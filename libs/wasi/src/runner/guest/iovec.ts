import { ERRNO, fail } from '../errno.js';
import type { GuestMemory } from './guest-memory.js';

const IOVEC_BYTES = 8;
/** IOV_MAX of Linux: readv(2) takes no more, and every one costs the runner memory of its own. */
const MAX_IOVECS = 1024;
const MAX_TOTAL_BYTES = 0xffff_ffff;

/** A list of buffers of the guest, as an address and a length each. */
export interface Iovec {
  readonly address: number;
  readonly length: number;
}

/** Reads a list of buffers, every one within the memory, so that nothing has happened yet if one is not. */
export function readIovecs(memory: GuestMemory, address: number, count: number): readonly Iovec[] {
  if (count > MAX_IOVECS) fail(ERRNO.inval);
  memory.require(address, count * IOVEC_BYTES);
  const iovecs: Iovec[] = [];
  for (let index = 0; index < count; index += 1) {
    iovecs.push(readIovec(memory, address + index * IOVEC_BYTES));
  }
  if (totalLength(iovecs) > MAX_TOTAL_BYTES) fail(ERRNO.inval);
  return iovecs;
}

function readIovec(memory: GuestMemory, address: number): Iovec {
  const iovec = { address: memory.getU32(address), length: memory.getU32(address + 4) };
  memory.require(iovec.address, iovec.length);
  return iovec;
}

export function totalLength(iovecs: readonly Iovec[]): number {
  let sum = 0;
  for (const { length } of iovecs) sum += length;
  return sum;
}

/**
 * A place in a list of buffers that moves on with each copy, since long lists pass through a scratch area in pieces.
 */
export class IovecCursor {
  readonly #memory: GuestMemory;
  readonly #iovecs: readonly Iovec[];
  #index = 0;
  #offset = 0;

  constructor(memory: GuestMemory, iovecs: readonly Iovec[]) {
    this.#memory = memory;
    this.#iovecs = iovecs;
  }

  /** Copies what comes next out of the guest, as much as fits. Returns the number of bytes, 0 at the end. */
  gather(target: Uint8Array): number {
    return this.#move(target.byteLength, (bytes, done) => target.set(bytes, done));
  }

  /** Copies bytes into the buffers that come next. */
  scatter(source: Uint8Array): void {
    this.#move(source.byteLength, (bytes, done) => bytes.set(source.subarray(done, done + bytes.byteLength)));
  }

  #move(length: number, copy: (bytes: Uint8Array, done: number) => void): number {
    let done = 0;
    while (done < length) {
      const iovec = this.#iovecs[this.#index];
      if (iovec === undefined) break;
      const part = Math.min(iovec.length - this.#offset, length - done);
      copy(this.#memory.slice(iovec.address + this.#offset, part), done);
      done += part;
      this.#offset += part;
      if (this.#offset < iovec.length) break;
      this.#index += 1;
      this.#offset = 0;
    }
    return done;
  }
}
