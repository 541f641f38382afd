import { closeSync, constants, lstatSync, lutimesSync, openSync } from 'node:fs';

/** Access and modification time in nanoseconds since 1970; undefined leaves one as it is. */
export interface Times {
  readonly atim: bigint | undefined;
  readonly mtim: bigint | undefined;
}

/** Sets the times of what a path names, which is not followed if it is a link. Throws as node:fs does. */
export type SetTimes = (path: string, times: Times) => void;

/** What the runner wants of the C library beyond what Node offers. */
export interface Libc {
  readonly setTimes: SetTimes;
  /** Ends the process at once: no handler runs, nothing is freed one by one, nothing can hang. */
  readonly exit: (code: number) => never;
}

/** The functions of koffi's native part that are used. */
interface Koffi {
  load(library: null): { func(prototype: string): (...args: unknown[]) => number };
  errno(): number;
}

const NANOSECONDS = 1_000_000_000n;
const AT_FDCWD = -100;
const AT_SYMLINK_NOFOLLOW = 0x100;
/** Leaves a time as it is: utimensat(2). */
const UTIME_OMIT = (1n << 30n) - 2n;

/** The errno of Linux in the words of node:fs. Others than these two are as good as a failed write. */
const NAMES: Readonly<Record<number, string>> = { 1: 'EPERM', 2: 'ENOENT', 13: 'EACCES', 30: 'EROFS' };

/** What Node itself can do. */
const NODE_LIBC: Libc = {
  setTimes: setTimesRoughly,
  // Node keeps this for itself, and its types do not name it. Unlike process.exit it calls no handlers.
  exit: (code) => (process as unknown as { reallyExit(code: number): never }).reallyExit(code),
};

/**
 * Loads the C library by way of koffi.
 *
 * @param addon koffi's native module in the cell; without it, or where it cannot be loaded, Node must do
 */
export function loadLibc(addon: string | undefined): Libc {
  if (addon === undefined) return NODE_LIBC;
  try {
    return bind(loadKoffi(addon));
  } catch {
    return NODE_LIBC;
  }
}

function loadKoffi(addon: string): Koffi {
  const loaded: { exports: unknown } = { exports: {} };
  process.dlopen(loaded, addon);
  return loaded.exports as Koffi;
}

function bind(koffi: Koffi): Libc {
  const library = koffi.load(null);
  const exit = library.func('void _exit(int code)');
  return { setTimes: bindSetTimes(koffi, library), exit: (code) => exit(code) as never };
}

/** utimensat(2), since Node's own functions take seconds in floating point and cut them to microseconds. */
function bindSetTimes(koffi: Koffi, library: ReturnType<Koffi['load']>): SetTimes {
  const utimensat = library.func(
    'int utimensat(int directory, const char *path, const int64_t *times, int flags)',
  );
  const futimens = library.func('int futimens(int fd, const int64_t *times)');
  const errno = () => NAMES[koffi.errno()] ?? 'EIO';
  return (path, { atim, mtim }) => {
    const times = BigInt64Array.of(...toTimespec(atim), ...toTimespec(mtim));
    if (utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW) === 0) return;
    // Without namespaces a filter refuses to change what a path names.
    if (errno() !== 'EPERM') throw failure(path, errno());
    withFile(path, (fd) => {
      if (futimens(fd, times) !== 0) throw failure(path, errno());
    });
  };
}

/** Opens what the path names itself, for which a link cannot be opened. */
function withFile(path: string, use: (fd: number) => void): void {
  if (lstatSync(path).isSymbolicLink()) throw failure(path, 'EPERM');
  const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    use(fd);
  } finally {
    closeSync(fd);
  }
}

function failure(path: string, code: string): Error {
  return Object.assign(new Error(`Cannot set the times of ${path}: ${code}`), { code });
}

function toTimespec(time: bigint | undefined): [bigint, bigint] {
  if (time === undefined) return [0n, UTIME_OMIT];
  return [time / NANOSECONDS, time % NANOSECONDS];
}

/** Whole microseconds, and no way to leave one of the two as it is. */
function setTimesRoughly(path: string, { atim, mtim }: Times): void {
  const current = lstatSync(path, { bigint: true });
  lutimesSync(path, toSeconds(atim ?? current.atimeNs), toSeconds(mtim ?? current.mtimeNs));
}

function toSeconds(time: bigint): number {
  return Number(time) / 1e9;
}
