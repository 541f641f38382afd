/**
 * The FFI surface of native/, in the order of native/src/launch/launch.h and with its names. Structures pass as
 * typed arrays of the same layout, so that a call costs no conversion; `layout.test.ts` holds both sides equal.
 */
import { readFileSync, writeSync, closeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import koffi from 'koffi';

const BUILD = new URL('./build/', import.meta.resolve('@sandlot/native/package.json'));

/** The shared object and the init program, built by `make` in native/. */
export const LIBRARY_PATH = fileURLToPath(new URL('libsandlot.so', BUILD));
export const INIT_PATH = fileURLToPath(new URL('init', BUILD));

const library = koffi.load(LIBRARY_PATH);

/** `launch`: image, control, null, cgroup (or -1), host uid, host gid. `launched`: pid, pidfd. `error`: step, index, errno. */
export const slotLaunch = library.func('sbx_slot_launch', 'int32_t', ['int32_t *', 'int32_t *', 'int32_t *']);
export const slotReap = library.func('sbx_slot_reap', 'int32_t', ['int32_t']);
export const slotKill = library.func('sbx_slot_kill', 'int32_t', ['int32_t', 'int32_t']);
export const channelCreate = library.func('sbx_channel_create', 'int32_t', ['int32_t *']);
export const channelSend = library.func('sbx_channel_send', 'int32_t', [
  'int32_t',
  'uint8_t *',
  'uint32_t',
  'int32_t *',
  'uint32_t',
]);
export const channelReceive = library.func('sbx_channel_receive', 'int32_t', ['int32_t', 'uint8_t *']);
export const pipeCreate = library.func('sbx_pipe_create', 'int32_t', ['int32_t *', 'int32_t']);
export const memfdCreate = library.func('sbx_memfd_create', 'int32_t', ['str']);
export const memfdSeal = library.func('sbx_memfd_seal', 'int32_t', ['int32_t']);
export const layoutSize = library.func('sbx_layout_size', 'int32_t', ['int32_t']);

/** An anonymous file with these bytes. The caller closes it. */
export function createMemfd(name: string, bytes: Uint8Array): number {
  const fd = succeed('memfd_create', memfdCreate(name) as number);
  let written = 0;
  try {
    while (written < bytes.length) written += writeSync(fd, bytes, written);
    return fd;
  } catch (cause) {
    closeSync(fd);
    throw cause;
  }
}

/** The init program as a sealed memfd: no payload can reach or rewrite what it runs (CVE-2019-5736). */
export function createInitImage(): number {
  const fd = createMemfd('sandlot-init', readFileSync(INIT_PATH));
  succeed('seal the init image', memfdSeal(fd) as number);
  return fd;
}

/** Turns -errno into an exception. */
export function succeed(what: string, result: number): number {
  if (result >= 0) return result;
  throw new Error(`Cannot ${what}: ${errnoName(-result)}`);
}

const ERRNO_NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(koffi.os.errno).map(([name, value]) => [value, name]),
);

/** Name of an errno value, as in errno(3). */
export function errnoName(errno: number): string {
  return ERRNO_NAMES.get(errno) ?? `errno ${errno}`;
}
