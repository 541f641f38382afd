import { ERRNO, fail } from '../errno.js';
import type { Descriptor } from './descriptor.js';
import { FILE_TYPE } from './file-type.js';
import { isBelow } from './mount-table.js';
import { RIGHT } from './rights.js';

/** Reading from what is open for writing alone is a matter of the descriptor, not of a right, as read(2) sees it. */
const ACCESS = RIGHT.fdRead | RIGHT.fdWrite;

/**
 * The guest's descriptors. Only what stands here can be reached by a number: the runner's own descriptors do not, nor
 * do those of node:wasi, whose numbers are others.
 */
export class DescriptorTable {
  readonly #descriptors = new Map<number, Descriptor>();
  readonly #most: number;

  /** @param most that may be there when one more is opened */
  constructor(most = Infinity) {
    this.#most = most;
  }

  /** @throws {WasiError} `mfile` if no more may be opened */
  requireRoom(): void {
    if (this.#descriptors.size >= this.#most) fail(ERRNO.mfile);
  }

  /** Adds a descriptor under the lowest free number. */
  add(descriptor: Descriptor): number {
    let fd = 0;
    while (this.#descriptors.has(fd)) fd += 1;
    this.#descriptors.set(fd, descriptor);
    return fd;
  }

  /** @throws {WasiError} `badf` if there is none, `notcapable` if it lacks one of the rights */
  get(fd: number, rights = 0n): Descriptor {
    const descriptor = this.#descriptors.get(fd) ?? fail(ERRNO.badf);
    const missing = rights & ~descriptor.rights;
    if (missing !== 0n) fail((missing & ACCESS) === 0n ? ERRNO.notcapable : ERRNO.badf);
    return descriptor;
  }

  /** @throws {WasiError} also `notdir`, and `noent` for one that was removed: nothing is in it, and nothing can be put there */
  getDirectory(fd: number, rights: bigint): Descriptor {
    const { type, isRemoved } = this.get(fd);
    if (type !== FILE_TYPE.directory) fail(ERRNO.notdir);
    if (isRemoved === true) fail(ERRNO.noent);
    return this.get(fd, rights);
  }

  remove(fd: number): Descriptor {
    const descriptor = this.get(fd);
    this.#descriptors.delete(fd);
    return descriptor;
  }

  /** Puts a descriptor in the place of another, which is returned. */
  move(from: number, to: number): Descriptor {
    const replaced = this.get(to);
    this.#descriptors.set(to, this.remove(from));
    return replaced;
  }

  /** Lets go of a directory that is open and was removed: rmdir(2). */
  forget(path: string): void {
    for (const descriptor of this.#descriptors.values()) {
      if (descriptor.path === path && descriptor.type === FILE_TYPE.directory) descriptor.isRemoved = true;
    }
  }

  /** Follows what is open below a path that got another name, maybe that of an empty directory: rename(2). */
  rename(from: string, to: string): void {
    if (from === to) return;
    this.forget(to);
    for (const descriptor of this.#descriptors.values()) {
      if (isBelow(descriptor.path, from)) descriptor.path = to + descriptor.path.slice(from.length);
    }
  }
}
