import type { DirectoryListing } from '../path/directory-listing.js';

/** Flags of a descriptor; the bits of preview1. */
export const FD_FLAG = { append: 1, dsync: 2, nonblock: 4, rsync: 8, sync: 16 } as const;

/** What stands behind a number that the guest uses. */
export interface Descriptor {
  /** The number that node:wasi has for it. */
  readonly hostFd: number;
  readonly type: number;
  /** Absolute, in the cell, without dots and links; empty for standard streams. It changes when the guest renames. */
  path: string;
  /** A directory that has no name any more. Its path may be that of another one by now. */
  isRemoved?: true;
  /** Set if the guest found it open: the name it goes by. */
  readonly preopenName?: string;
  /** Nothing may be changed through it. What is opened from a directory has it from there. */
  readonly readOnly: boolean;
  rights: bigint;
  inheriting: bigint;
  flags: number;
  /** A directory's entries while they are being read. */
  listing?: DirectoryListing;
}
