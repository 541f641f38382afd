/** Error numbers of WASI preview1, and of `wasi_unstable`, which has the same. */
export const ERRNO = {
  success: 0,
  toobig: 1,
  acces: 2,
  again: 6,
  badf: 8,
  busy: 10,
  dquot: 19,
  exist: 20,
  fault: 21,
  fbig: 22,
  ilseq: 25,
  intr: 27,
  inval: 28,
  io: 29,
  isdir: 31,
  loop: 32,
  mfile: 33,
  mlink: 34,
  nametoolong: 37,
  nfile: 41,
  noent: 44,
  nomem: 48,
  nospc: 51,
  nosys: 52,
  notdir: 54,
  notempty: 55,
  notsock: 57,
  notsup: 58,
  nxio: 60,
  overflow: 61,
  perm: 63,
  pipe: 64,
  rofs: 69,
  spipe: 70,
  txtbsy: 74,
  xdev: 75,
  notcapable: 76,
} as const;
export type Errno = number;

/** Ends a call of the guest with an error number. */
export class WasiError extends Error {
  readonly errno: Errno;

  constructor(errno: Errno) {
    super(`errno ${errno}`);
    this.errno = errno;
  }
}

/** One for each number: a missing file is an everyday matter, and making a stack would be most of its cost. */
const errors = new Map<Errno, WasiError>();

/** @throws {WasiError} always */
export function fail(errno: Errno): never {
  const error = errors.get(errno) ?? new WasiError(errno);
  errors.set(errno, error);
  throw error;
}

/** @throws {WasiError} unless the number means success */
export function check(errno: Errno): void {
  if (errno !== ERRNO.success) fail(errno);
}

const BY_NAME: ReadonlyMap<string, Errno> = new Map(
  Object.entries(ERRNO).map(([name, errno]) => [`E${name.toUpperCase()}`, errno]),
);

/** The number for what was thrown while a call of the guest was served. */
export function errnoOf(error: unknown): Errno {
  if (error instanceof WasiError) return error.errno;
  // What node:fs throws names the errno of the system call.
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  if (typeof code === 'string') return BY_NAME.get(code) ?? ERRNO.io;
  // The only range left to exceed here is that of memory.
  return error instanceof RangeError ? ERRNO.nomem : ERRNO.io;
}
