import { lstatSync } from 'node:fs';
import { ERRNO, fail } from '../errno.js';
import { FD_FLAG, type Descriptor } from '../descriptor/descriptor.js';
import { FILE_TYPE } from '../descriptor/file-type.js';
import { DIRECTORY_INHERITING, RIGHT, rightsOfType, WRITE_RIGHTS } from '../descriptor/rights.js';
import { readHostFilestat } from '../host/read-host-filestat.js';
import { toResolved, type GuestPlace } from './path-calls.js';
import type { CallContext, Calls } from './call-context.js';

const OPEN = { creat: 1, directory: 2, excl: 4, trunc: 8 } as const;
const OPEN_FLAGS = allOf(OPEN);
const FD_FLAGS = allOf(FD_FLAG);
const FOLLOW = 1;

/** How the guest wants a file. */
interface Wish {
  readonly open: number;
  readonly rights: bigint;
  readonly inheriting: bigint;
  readonly flags: number;
}

/** Opening. */
export function openCalls(context: CallContext): Calls {
  const { memory, descriptors } = context;
  return {
    // oxlint-disable-next-line max-params
    path_open(
      fd: number,
      lookup: number,
      path: number,
      length: number,
      open: number,
      rights: bigint,
      inheriting: bigint,
      flags: number,
      result: number,
    ) {
      if ((open & ~OPEN_FLAGS) !== 0 || (flags & ~FD_FLAGS) !== 0) fail(ERRNO.inval);
      const wish = { open, rights, inheriting, flags };
      const directory = descriptors.getDirectory(fd, neededRights(open));
      requireInheritable(directory, wish);
      memory.require(result, 4);
      descriptors.requireRoom();
      const follows = !isSet(open, OPEN.creat | OPEN.excl) && isSet(lookup, FOLLOW);
      const argument = { fd, path, length, right: RIGHT.pathOpen, flags: follows ? FOLLOW : 0 };
      const at = toResolved(context, argument);
      if (!follows) refuseLink(at, open);
      memory.setU32(result, descriptors.add(openFile(context, at, wish)));
    },
  };
}

function allOf(flags: Readonly<Record<string, number>>): number {
  return Object.values(flags).reduce((all, flag) => all | flag, 0);
}

function isSet(value: number, flags: number): boolean {
  return (value & flags) === flags;
}

function neededRights(open: number): bigint {
  const creating = isSet(open, OPEN.creat) ? RIGHT.pathCreateFile : 0n;
  const cutting = isSet(open, OPEN.trunc) ? RIGHT.pathFilestatSetSize : 0n;
  return RIGHT.pathOpen | creating | cutting;
}

/** Some guests ask for every right there is; those that no file has are passed over. */
function requireInheritable({ inheriting }: Descriptor, wish: Wish): void {
  const asked = (wish.rights | wish.inheriting) & DIRECTORY_INHERITING;
  if ((asked & ~inheriting) !== 0n) fail(ERRNO.notcapable);
}

function refuseLink({ path }: GuestPlace, open: number): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return;
  fail(isSet(open, OPEN.creat | OPEN.excl) ? ERRNO.exist : ERRNO.loop);
}

function openFile(context: CallContext, at: GuestPlace, wish: Wish): Descriptor {
  const { host, mounts } = context;
  const rights = opensFor(wish.rights);
  const changes =
    (rights & WRITE_RIGHTS) !== 0n || isSet(wish.open, OPEN.creat) || isSet(wish.open, OPEN.trunc);
  if (changes && at.readOnly) fail(ERRNO.perm);
  if (at.wantsDirectory) fail(isSet(wish.open, OPEN.creat) ? ERRNO.isdir : ERRNO.noent);
  const hostFd = host.open(
    mounts.toHostPlace(at.path),
    { open: wish.open, descriptor: wish.flags },
    hostRights(rights),
  );
  const { type } = readHostFilestat(host, hostFd);
  const { path, readOnly } = at;
  return { hostFd, type, path, readOnly, flags: wish.flags, ...grantedRights(type, { ...wish, rights }) };
}

/**
 * Go asks for the right to set the size of what it opens to read. As in other hosts, that alone does not make it open for
 * writing, which a directory, or a file of a read-only one, cannot be.
 */
function opensFor(rights: bigint): bigint {
  const onlyReads = (rights & RIGHT.fdRead) !== 0n && (rights & RIGHT.fdWrite) === 0n;
  return onlyReads ? rights & ~WRITE_RIGHTS : rights;
}

/** What node:wasi shall allow: it opens for what its rights name. The guest's own rights are kept here. */
function hostRights(rights: bigint): { base: bigint; inheriting: bigint } {
  const reads = rights & (RIGHT.fdRead | RIGHT.fdReaddir);
  const writes = rights & WRITE_RIGHTS;
  const all = rightsOfType(FILE_TYPE.regularFile) & ~(WRITE_RIGHTS | RIGHT.fdRead | RIGHT.fdDatasync);
  const base =
    all |
    (reads === 0n && writes !== 0n ? 0n : RIGHT.fdRead) |
    (writes === 0n ? 0n : WRITE_RIGHTS | RIGHT.fdDatasync);
  return { base, inheriting: 0n };
}

/** A file has no descendants. */
function grantedRights(type: number, wish: Wish): Pick<Descriptor, 'rights' | 'inheriting'> {
  const isDirectory = type === FILE_TYPE.directory;
  return {
    rights: (wish.rights & rightsOfType(type)) | (isDirectory ? impliedRights(wish) : 0n),
    inheriting: isDirectory ? wish.inheriting & DIRECTORY_INHERITING : 0n,
  };
}

/**
 * The right to cut a file while opening it, for who may create files there and cut them once they are open. Go does not
 * ask for it (syscall/fs_wasip1.go takes it for one of writing, which a directory cannot have), and needs it in `os.Root`.
 */
function impliedRights({ rights, inheriting }: Wish): bigint {
  const creates = (rights & RIGHT.pathCreateFile) !== 0n;
  const cuts = (inheriting & RIGHT.fdFilestatSetSize) !== 0n;
  return creates && cuts ? RIGHT.pathFilestatSetSize : 0n;
}
