import { lstatSync, symlinkSync } from 'node:fs';
import { ERRNO, fail } from '../errno.js';
import { RIGHT } from '../descriptor/rights.js';
import { readGuestPath } from '../guest/guest-path.js';
import { NAME, toChangeable, toNamed, toResolved, type GuestPlace } from './path-calls.js';
import type { CallContext, Calls } from './call-context.js';

/** Calls that give something a second name or another one. */
export function linkCalls(context: CallContext): Calls {
  const { memory, host, descriptors, known } = context;
  return {
    // oxlint-disable-next-line max-params
    path_link(
      fd: number,
      flags: number,
      path: number,
      length: number,
      newFd: number,
      newPath: number,
      newLength: number,
    ) {
      // A link to what a link leads to is refused elsewhere too, since link(2) does not make one by itself.
      if (flags !== 0) fail(ERRNO.inval);
      const from = toResolved(context, { fd, path, length, right: RIGHT.pathLinkSource });
      const right = RIGHT.pathLinkTarget;
      const to = toResolved(context, { fd: newFd, path: newPath, length: newLength, right });
      // Through a second name in a directory that can be written, the file of a read-only one could be.
      host.link(toChangeable(context, from), toNew(context, to));
    },
    // oxlint-disable-next-line max-params
    path_rename(fd: number, path: number, length: number, newFd: number, newPath: number, newLength: number) {
      const from = toResolved(context, { fd, path, length, right: RIGHT.pathRenameSource, ...NAME });
      const right = RIGHT.pathRenameTarget;
      const to = toResolved(context, { fd: newFd, path: newPath, length: newLength, right, ...NAME });
      if (to.wantsDirectory && !lstatSync(from.path).isDirectory()) fail(ERRNO.notdir);
      host.rename(toNamed(context, from), toNamed(context, to));
      descriptors.rename(from.path, to.path);
      known.forget();
    },
    path_symlink(content: number, contentLength: number, fd: number, path: number, length: number) {
      const text = readGuestPath(memory, content, contentLength);
      const at = toResolved(context, { fd, path, length, right: RIGHT.pathSymlink });
      // It could be followed by nobody, and a reader of the files outside should not try.
      if (text.startsWith('/')) fail(ERRNO.perm);
      toNew(context, at);
      // node:wasi refuses contents that lead out of the directory of the descriptor, though from the link they may not.
      symlinkSync(text, at.path);
    },
  };
}

/** A place for something that is no directory. */
function toNew(context: CallContext, at: GuestPlace): ReturnType<typeof toChangeable> {
  if (at.wantsDirectory) fail(ERRNO.noent);
  return toChangeable(context, at);
}
