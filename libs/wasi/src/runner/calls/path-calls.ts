import { lstatSync, readlinkSync } from 'node:fs';
import { ERRNO, fail } from '../errno.js';
import type { HostPlace } from '../host/node-host.js';
import { RIGHT } from '../descriptor/rights.js';
import { toFilestat, writeFilestat } from '../guest/filestat.js';
import { readGuestPath } from '../guest/guest-path.js';
import { resolvePath, type Follow, type ResolvedPath } from '../path/resolve-path.js';
import { setPathTimes } from './set-times.js';
import type { CallContext, Calls } from './call-context.js';

const FOLLOW = 1;

/** Calls that look at one path or change what is there. */
export function pathCalls(context: CallContext): Calls {
  const { abi, memory, host } = context;
  return {
    path_create_directory(fd: number, path: number, length: number) {
      const at = toResolved(context, {
        fd,
        path,
        length,
        right: RIGHT.pathCreateDirectory,
        ...NEW_DIRECTORY,
      });
      host.callOnPath('path_create_directory', toChangeable(context, at));
    },
    path_remove_directory(fd: number, path: number, length: number) {
      const at = toResolved(context, { fd, path, length, right: RIGHT.pathRemoveDirectory, ...NAME });
      host.callOnPath('path_remove_directory', toNamed(context, at));
      context.descriptors.forget(at.path);
      context.known.forget();
    },
    path_unlink_file(fd: number, path: number, length: number) {
      const at = toResolved(context, { fd, path, length, right: RIGHT.pathUnlinkFile, ...NAME });
      host.callOnPath('path_unlink_file', toNamed(context, at));
    },
    path_filestat_get(fd: number, flags: number, path: number, length: number, result: number) {
      const right = RIGHT.pathFilestatGet;
      const at = toResolved(context, { fd, path, length, right, flags });
      const stats = lstatSync(at.path, { bigint: true, throwIfNoEntry: false }) ?? fail(ERRNO.noent);
      writeFilestat(memory, abi, result, toFilestat(stats));
    },
    // oxlint-disable-next-line max-params
    path_filestat_set_times(
      fd: number,
      flags: number,
      path: number,
      length: number,
      atim: bigint,
      mtim: bigint,
      timeFlags: number,
    ) {
      const right = RIGHT.pathFilestatSetTimes;
      const at = toResolved(context, { fd, path, length, right, flags });
      toChangeable(context, at);
      setPathTimes(context, at.path, { atim, mtim, flags: timeFlags });
    },
    // oxlint-disable-next-line max-params
    path_readlink(
      fd: number,
      path: number,
      length: number,
      address: number,
      capacity: number,
      result: number,
    ) {
      const at = toResolved(context, { fd, path, length, right: RIGHT.pathReadlink });
      const content = readlinkSync(at.path, 'buffer').subarray(0, capacity);
      memory.slice(address, content.byteLength).set(content);
      memory.setU32(result, content.byteLength);
    },
  };
}

/** A path as a call of the guest gives it. */
export interface PathArgument {
  readonly fd: number;
  readonly path: number;
  readonly length: number;
  /** What the directory must allow. */
  readonly right: bigint;
  /** Lookup flags; @default 0, which follows no link at the end. */
  readonly flags?: number;
  /** The name itself is meant, whatever it leads to: `rmdir link/` must not remove a directory elsewhere. */
  readonly isName?: true;
  /** A slash at the end asks nothing of it: `mkdir link/` is in the way of the link, and not of what it leads to. */
  readonly isNewDirectory?: true;
}

const NEW_DIRECTORY = { isName: true, isNewDirectory: true } as const;

/** For calls that take a name away: rmdir(2), unlink(2), rename(2). */
export const NAME = { isName: true } as const;

/** Where a path led, and whether the way to it allows changes. */
export interface GuestPlace extends ResolvedPath {
  readonly readOnly: boolean;
}

export function toResolved(context: CallContext, argument: PathArgument): GuestPlace {
  const { path: directory, readOnly } = context.descriptors.getDirectory(argument.fd, argument.right);
  const text = readGuestPath(context.memory, argument.path, argument.length);
  const meant = argument.isNewDirectory === true ? text.replace(/(?<=[^/])\/+$/, '') : text;
  const at = resolvePath(directory, meant, toFollow(argument), context.known);
  return { ...at, readOnly: readOnly || context.mounts.entersReadOnly(directory, at.path) };
}

function toFollow({ flags = 0, isName }: PathArgument): Follow {
  if (isName === true) return 'never';
  return (flags & FOLLOW) === 0 ? 'before-slash' : 'always';
}

/** Where node:wasi may change something. In a read-only directory nobody may, as other hosts word it. */
export function toChangeable({ mounts }: CallContext, { path, readOnly }: GuestPlace): HostPlace {
  if (readOnly) fail(ERRNO.perm);
  return mounts.toHostPlace(path);
}

/**
 * Where a name may be taken away. A dot is no name: `rmdir .` must not remove the directory it stands for. Nor may a
 * directory of the guest lose its name, or one above it: it would be reached by other ways than those it was given by.
 */
export function toNamed(context: CallContext, at: GuestPlace): HostPlace {
  if (at.isDot) fail(ERRNO.inval);
  const place = toChangeable(context, at);
  if (context.mounts.holdsRoot(at.path)) fail(ERRNO.busy);
  return place;
}
