import { ERRNO, fail } from '../errno.js';

/**
 * The guest's linear memory, seen from outside. Every access is checked against its present size: an address that
 * lies beyond ends the call with errno `fault`.
 */
export class GuestMemory {
  #memory: WebAssembly.Memory | undefined;
  #bytes = new Uint8Array(0);
  #view = new DataView(this.#bytes.buffer);

  /** Until then, as in a start section, the guest has no memory that could be seen. */
  attach(memory: WebAssembly.Memory): void {
    this.#memory = memory;
  }

  get isAttached(): boolean {
    return this.#memory !== undefined;
  }

  /** The bytes of a range, not a copy. They are gone once the guest runs on. */
  slice(address: number, length: number): Uint8Array {
    this.#refresh();
    this.#require(address, length);
    return this.#bytes.subarray(address, address + length);
  }

  has(address: number, length: number): boolean {
    this.#refresh();
    return address + length <= this.#bytes.byteLength;
  }

  /** Checks a range without touching it. */
  require(address: number, length: number): void {
    this.#refresh();
    this.#require(address, length);
  }

  getU8(address: number): number {
    return this.#viewOf(address, 1).getUint8(address);
  }

  getU16(address: number): number {
    return this.#viewOf(address, 2).getUint16(address, true);
  }

  getU32(address: number): number {
    return this.#viewOf(address, 4).getUint32(address, true);
  }

  getU64(address: number): bigint {
    return this.#viewOf(address, 8).getBigUint64(address, true);
  }

  setU8(address: number, value: number): void {
    this.#viewOf(address, 1).setUint8(address, value);
  }

  setU16(address: number, value: number): void {
    this.#viewOf(address, 2).setUint16(address, value, true);
  }

  setU32(address: number, value: number): void {
    this.#viewOf(address, 4).setUint32(address, value, true);
  }

  setU64(address: number, value: bigint): void {
    this.#viewOf(address, 8).setBigUint64(address, value, true);
  }

  #viewOf(address: number, length: number): DataView {
    this.#refresh();
    this.#require(address, length);
    return this.#view;
  }

  /** Growing gives a memory a new buffer. */
  #refresh(): void {
    const buffer = this.#memory?.buffer;
    if (buffer === undefined || buffer === this.#bytes.buffer) return;
    this.#bytes = new Uint8Array(buffer);
    this.#view = new DataView(buffer);
  }

  #require(address: number, length: number): void {
    if (address + length > this.#bytes.byteLength) fail(ERRNO.fault);
  }
}
