import { lstatSync, lutimesSync } from 'node:fs';

/** Access and modification time in nanoseconds since 1970; undefined leaves one as it is. */
export interface Times {
  readonly atim: bigint | undefined;
  readonly mtim: bigint | undefined;
}

/** Sets the times of what a path names, which is not followed if it is a link. Throws as node:fs does. */
export type SetTimes = (path: string, times: Times) => void;

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

/**
 * utimensat(2) by way of koffi, since Node's own functions take seconds in floating point and cut them to microseconds.
 *
 * @param addon koffi's native module in the cell
 */
export function loadSetTimes(addon: string): SetTimes {
  const loaded: { exports: unknown } = { exports: {} };
  process.dlopen(loaded, addon);
  const koffi = loaded.exports as Koffi;
  const utimensat = koffi
    .load(null)
    .func('int utimensat(int directory, const char *path, const int64_t *times, int flags)');
  return (path, { atim, mtim }) => {
    const times = BigInt64Array.of(...toTimespec(atim), ...toTimespec(mtim));
    if (utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW) === 0) return;
    const code = NAMES[koffi.errno()] ?? 'EIO';
    throw Object.assign(new Error(`utimensat of ${path} failed: ${code}`), { code });
  };
}

function toTimespec(time: bigint | undefined): [bigint, bigint] {
  if (time === undefined) return [0n, UTIME_OMIT];
  return [time / NANOSECONDS, time % NANOSECONDS];
}

/** What Node itself can do: whole microseconds, and no way to leave one of the two as it is. */
export const setTimesRoughly: SetTimes = (path, { atim, mtim }) => {
  const current = lstatSync(path, { bigint: true });
  lutimesSync(path, toSeconds(atim ?? current.atimeNs), toSeconds(mtim ?? current.mtimeNs));
};

function toSeconds(time: bigint): number {
  return Number(time) / 1e9;
}
