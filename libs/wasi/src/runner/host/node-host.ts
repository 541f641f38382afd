import { WASI } from 'node:wasi';
import { check, type Errno } from '../errno.js';
import { instantiateScratch, SCRATCH } from './scratch-memory.js';

type HostCall = (...args: (number | bigint)[]) => Errno;

/**
 * node:wasi, on a memory of its own. It never sees the guest's: no address of the guest, no growth of its memory, and
 * no number beyond 2^31, of which it is afraid, can confuse it. What a call needs is copied in, what it gives is copied
 * out. Every method throws a `WasiError` unless the call succeeds.
 */
export class NodeHost {
  readonly memory: WebAssembly.Memory;
  /** The area through which file contents pass. */
  readonly data: Uint8Array;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #calls: Readonly<Record<string, HostCall>>;

  /** @param directories that it opens, as its descriptors from 3 on */
  constructor(directories: readonly string[]) {
    const preopens = Object.fromEntries(directories.map((path, index) => [`/mount-${index}`, path]));
    const wasi = new WASI({ version: 'preview1', preopens });
    const scratch = instantiateScratch();
    wasi.initialize(scratch);
    // Node types the imports as anything, and the scratch module exports this memory.
    this.#calls = wasi.wasiImport as Record<string, HostCall>;
    this.memory = scratch.exports['memory'] as WebAssembly.Memory;
    this.#bytes = new Uint8Array(this.memory.buffer);
    this.#view = new DataView(this.memory.buffer);
    this.data = this.#bytes.subarray(SCRATCH.data, SCRATCH.data + SCRATCH.dataBytes);
  }

  /** The number of bytes that were read or written. */
  transfer(name: 'fd_read' | 'fd_write', fd: number, length: number): number {
    this.#setIovec(length);
    this.call(name, fd, SCRATCH.iovec, 1, SCRATCH.result);
    return this.#view.getUint32(SCRATCH.result, true);
  }

  transferAt(name: 'fd_pread' | 'fd_pwrite', fd: number, length: number, offset: bigint): number {
    this.#setIovec(length);
    this.call(name, fd, SCRATCH.iovec, 1, offset, SCRATCH.result);
    return this.#view.getUint32(SCRATCH.result, true);
  }

  /** A call that gives 64 bits at the address passed last. */
  callForU64(name: string, ...args: (number | bigint)[]): bigint {
    this.call(name, ...args, SCRATCH.result);
    return this.#view.getBigUint64(SCRATCH.result, true);
  }

  /** The new descriptor. The rights decide whether the file is opened for reading, writing or both. */
  open(
    place: HostPlace,
    flags: { readonly open: number; readonly descriptor: number },
    rights: { readonly base: bigint; readonly inheriting: bigint },
  ): number {
    const path = this.#setPath(SCRATCH.path, place.path);
    const args = [flags.open, rights.base, rights.inheriting, flags.descriptor, SCRATCH.result];
    this.call('path_open', place.fd, 0, SCRATCH.path, path, ...args);
    return this.#view.getUint32(SCRATCH.result, true);
  }

  /** A call with one path: `path_create_directory` and its like. */
  callOnPath(
    name: 'path_create_directory' | 'path_remove_directory' | 'path_unlink_file',
    place: HostPlace,
  ): void {
    this.call(name, place.fd, SCRATCH.path, this.#setPath(SCRATCH.path, place.path));
  }

  link(from: HostPlace, to: HostPlace): void {
    const [first, second] = this.#setPaths(from.path, to.path);
    this.call('path_link', from.fd, 0, SCRATCH.path, first, to.fd, SCRATCH.secondPath, second);
  }

  rename(from: HostPlace, to: HostPlace): void {
    const [first, second] = this.#setPaths(from.path, to.path);
    this.call('path_rename', from.fd, SCRATCH.path, first, to.fd, SCRATCH.secondPath, second);
  }

  /** The flags of open(2) that a descriptor has, the lower 16 bits. */
  openFlags(fd: number): number {
    this.call('fd_fdstat_get', fd, SCRATCH.result);
    return this.#view.getUint16(SCRATCH.result + 2, true);
  }

  /** Fills the data area with random bytes. */
  randomize(length: number): void {
    this.call('random_get', SCRATCH.data, length);
  }

  call(name: string, ...args: (number | bigint)[]): void {
    check(this.tryCall(name, ...args));
  }

  tryCall(name: string, ...args: (number | bigint)[]): Errno {
    const call = this.#calls[name];
    if (call === undefined) throw new Error(`node:wasi has no ${name}`);
    return call(...args);
  }

  #setIovec(length: number): void {
    this.#view.setUint32(SCRATCH.iovec, SCRATCH.data, true);
    this.#view.setUint32(SCRATCH.iovec + 4, length, true);
  }

  #setPaths(first: string, second: string): [number, number] {
    return [this.#setPath(SCRATCH.path, first), this.#setPath(SCRATCH.secondPath, second)];
  }

  #setPath(address: number, path: string): number {
    const bytes = Buffer.from(path);
    this.#bytes.set(bytes, address);
    // It reads on to a NUL in some of its calls.
    this.#bytes[address + bytes.byteLength] = 0;
    return bytes.byteLength;
  }
}

/** A path as node:wasi takes it: below one of its descriptors. */
export interface HostPlace {
  readonly fd: number;
  readonly path: string;
}
