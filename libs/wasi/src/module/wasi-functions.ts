/**
 * The functions of WASI preview1, each with its type as a host sees it (`wasi_snapshot_preview1.witx` of
 * WebAssembly/WASI, lowered to the types of core WebAssembly). V8 lets a module import a JavaScript function with any
 * type, and a wrong one would fail only in the middle of a call, as a `TypeError` of the runner. So it is compared
 * beforehand.
 */
export const PREVIEW1_FUNCTIONS = {
  args_get: '(i32, i32) -> (i32)',
  args_sizes_get: '(i32, i32) -> (i32)',
  environ_get: '(i32, i32) -> (i32)',
  environ_sizes_get: '(i32, i32) -> (i32)',
  clock_res_get: '(i32, i32) -> (i32)',
  clock_time_get: '(i32, i64, i32) -> (i32)',
  fd_advise: '(i32, i64, i64, i32) -> (i32)',
  fd_allocate: '(i32, i64, i64) -> (i32)',
  fd_close: '(i32) -> (i32)',
  fd_datasync: '(i32) -> (i32)',
  fd_fdstat_get: '(i32, i32) -> (i32)',
  fd_fdstat_set_flags: '(i32, i32) -> (i32)',
  fd_fdstat_set_rights: '(i32, i64, i64) -> (i32)',
  fd_filestat_get: '(i32, i32) -> (i32)',
  fd_filestat_set_size: '(i32, i64) -> (i32)',
  fd_filestat_set_times: '(i32, i64, i64, i32) -> (i32)',
  fd_pread: '(i32, i32, i32, i64, i32) -> (i32)',
  fd_prestat_get: '(i32, i32) -> (i32)',
  fd_prestat_dir_name: '(i32, i32, i32) -> (i32)',
  fd_pwrite: '(i32, i32, i32, i64, i32) -> (i32)',
  fd_read: '(i32, i32, i32, i32) -> (i32)',
  fd_readdir: '(i32, i32, i32, i64, i32) -> (i32)',
  fd_renumber: '(i32, i32) -> (i32)',
  fd_seek: '(i32, i64, i32, i32) -> (i32)',
  fd_sync: '(i32) -> (i32)',
  fd_tell: '(i32, i32) -> (i32)',
  fd_write: '(i32, i32, i32, i32) -> (i32)',
  path_create_directory: '(i32, i32, i32) -> (i32)',
  path_filestat_get: '(i32, i32, i32, i32, i32) -> (i32)',
  path_filestat_set_times: '(i32, i32, i32, i32, i64, i64, i32) -> (i32)',
  path_link: '(i32, i32, i32, i32, i32, i32, i32) -> (i32)',
  path_open: '(i32, i32, i32, i32, i32, i64, i64, i32, i32) -> (i32)',
  path_readlink: '(i32, i32, i32, i32, i32, i32) -> (i32)',
  path_remove_directory: '(i32, i32, i32) -> (i32)',
  path_rename: '(i32, i32, i32, i32, i32, i32) -> (i32)',
  path_symlink: '(i32, i32, i32, i32, i32) -> (i32)',
  path_unlink_file: '(i32, i32, i32) -> (i32)',
  poll_oneoff: '(i32, i32, i32, i32) -> (i32)',
  proc_exit: '(i32) -> ()',
  proc_raise: '(i32) -> (i32)',
  sched_yield: '() -> (i32)',
  random_get: '(i32, i32) -> (i32)',
  sock_accept: '(i32, i32, i32) -> (i32)',
  sock_recv: '(i32, i32, i32, i32, i32, i32) -> (i32)',
  sock_send: '(i32, i32, i32, i32, i32) -> (i32)',
  sock_shutdown: '(i32, i32) -> (i32)',
} as const satisfies Readonly<Record<string, string>>;

export type WasiFunction = keyof typeof PREVIEW1_FUNCTIONS;

/** The modules that functions of WASI are imported from: preview1, and what it was called in 2019. */
export const WASI_VERSIONS = ['wasi_snapshot_preview1', 'wasi_unstable'] as const;
export type WasiVersion = (typeof WASI_VERSIONS)[number];

/** The older version lacks what came to preview1 in 2022; of the others, only the layout of some records differs. */
const NOT_IN_UNSTABLE: readonly WasiFunction[] = ['sock_accept'];

const SIGNATURES: ReadonlyMap<string, string> = new Map(Object.entries(PREVIEW1_FUNCTIONS));

export function isWasiVersion(module: string): module is WasiVersion {
  return (WASI_VERSIONS as readonly string[]).includes(module);
}

/** The type of a function of WASI; undefined if there is no such function. */
export function wasiSignature(version: WasiVersion, name: string): string | undefined {
  const isThere = version === 'wasi_snapshot_preview1' || !NOT_IN_UNSTABLE.some((newer) => newer === name);
  return isThere ? SIGNATURES.get(name) : undefined;
}
