import { ERRNO, fail } from '../errno.js';
import type { Descriptor } from '../descriptor/descriptor.js';
import { RIGHT } from '../descriptor/rights.js';
import type { GuestMemory } from '../guest/guest-memory.js';
import { DirectoryListing, type DirectoryEntry } from '../path/directory-listing.js';
import type { CallContext, Calls } from './call-context.js';

/** An entry without its name. */
const DIRENT_BYTES = 24;

/** The directories the guest was given, and what is in a directory. */
export function directoryCalls({ memory, descriptors }: CallContext): Calls {
  return {
    fd_prestat_get(fd: number, result: number) {
      const name = requirePreopen(descriptors.get(fd));
      memory.slice(result, 8).fill(0);
      memory.setU32(result + 4, name.byteLength);
    },
    fd_prestat_dir_name(fd: number, address: number, length: number) {
      const name = requirePreopen(descriptors.get(fd));
      if (length < name.byteLength) fail(ERRNO.nametoolong);
      memory.slice(address, name.byteLength).set(name);
    },
    fd_readdir(fd: number, address: number, length: number, cookie: bigint, result: number) {
      const descriptor = descriptors.getDirectory(fd, RIGHT.fdReaddir);
      memory.require(address, length);
      memory.require(result, 4);
      const listing = listingOf(descriptor, cookie);
      const used = writeEntries(memory, { address, length }, listing, cookie);
      memory.setU32(result, used);
    },
  };
}

/** The loop of wasi-libc over the directories it was given ends at the first `badf`. */
function requirePreopen({ preopenName }: Descriptor): Buffer {
  return Buffer.from(preopenName ?? fail(ERRNO.badf));
}

/** Reading from the start looks at the directory anew. */
function listingOf(descriptor: Descriptor, cookie: bigint): DirectoryListing {
  const isRoot = descriptor.preopenName !== undefined;
  if (cookie === 0n || descriptor.listing === undefined) {
    descriptor.listing = new DirectoryListing(descriptor.path, isRoot);
  }
  return descriptor.listing;
}

/** Fills the buffer; what does not fit is cut, which tells the guest to ask again. Returns the bytes used. */
function writeEntries(
  memory: GuestMemory,
  buffer: { readonly address: number; readonly length: number },
  listing: DirectoryListing,
  cookie: bigint,
): number {
  let used = 0;
  for (let index = Number(cookie); used < buffer.length; index += 1) {
    const entry = listing.at(index);
    if (entry === undefined) break;
    const bytes = encodeEntry(entry, index + 1);
    const length = Math.min(bytes.byteLength, buffer.length - used);
    memory.slice(buffer.address + used, length).set(bytes.subarray(0, length));
    used += length;
  }
  return used;
}

function encodeEntry({ name, type, ino }: DirectoryEntry, next: number): Buffer {
  const bytes = Buffer.alloc(DIRENT_BYTES + name.byteLength);
  bytes.writeBigUInt64LE(BigInt(next), 0);
  bytes.writeBigUInt64LE(ino, 8);
  bytes.writeUInt32LE(name.byteLength, 16);
  bytes.writeUInt8(type, 20);
  name.copy(bytes, DIRENT_BYTES);
  return bytes;
}
