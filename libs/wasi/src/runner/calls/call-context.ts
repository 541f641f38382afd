import type { DescriptorTable } from '../descriptor/descriptor-table.js';
import type { MountTable } from '../descriptor/mount-table.js';
import type { Abi } from '../guest/abi.js';
import type { GuestMemory } from '../guest/guest-memory.js';
import type { NodeHost } from '../host/node-host.js';
import type { SetTimes } from '../host/libc.js';
import type { KnownDirectories } from '../path/known-directories.js';

/** What the calls of a guest work on. */
export interface CallContext {
  readonly abi: Abi;
  readonly memory: GuestMemory;
  readonly host: NodeHost;
  readonly descriptors: DescriptorTable;
  readonly mounts: MountTable;
  readonly known: KnownDirectories;
  readonly setTimes: SetTimes;
}

/**
 * Calls by name. Their arguments are numbers below 2^32 and bigints below 2^64; they return nothing, since results go
 * to the guest's memory, and throw what is to become an errno.
 */
export type Calls = Readonly<Record<string, (...args: never[]) => void>>;
