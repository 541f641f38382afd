/**
 * The FFI surface of native/, in the order of native/src/launch/launch.h and with its names. Structures pass as
 * typed arrays of the same layout, so that a call costs no conversion; `layout.test.ts` holds both sides equal.
 */
import { readFileSync, writeSync, closeSync } from 'node:fs';
import { constants } from 'node:os';
import koffi from 'koffi';
import { errnoName } from '../error/errno-name.js';
import { INIT_PATH, LIBRARY_PATH } from './build-paths.js';

export { errnoName };

const library = koffi.load(LIBRARY_PATH);

/** A function of the library: 0 or a count, or -errno. `async` runs it on a thread of libuv's pool. */
type NativeFunction<A extends readonly unknown[]> = ((...args: A) => number) & {
  readonly async: (...args: [...A, (error: Error | null, result: number) => void]) => void;
};

function bind<A extends readonly unknown[]>(name: string, types: readonly string[]): NativeFunction<A> {
  // koffi types no function: each is bound below with the arguments that launch.h declares.
  return library.func(name, 'int32_t', [...types]);
}

/** `launch`: image, control, null, cgroup (or -1), host uid, host gid. `launched`: pid, pidfd. `error`: step, index, errno. */
export const slotLaunch = bind<[launch: Int32Array, launched: Int32Array, error: Int32Array]>(
  'sbx_slot_launch',
  ['int32_t *', 'int32_t *', 'int32_t *'],
);
export const slotReap = bind<[pidfd: number]>('sbx_slot_reap', ['int32_t']);
export const slotKill = bind<[pidfd: number, signal: number]>('sbx_slot_kill', ['int32_t', 'int32_t']);
const channelCreate = bind<[ends: Int32Array]>('sbx_channel_create', ['int32_t *']);
export const channelSend = bind<
  [fd: number, message: Uint8Array, length: number, fds: Int32Array, fdCount: number]
>('sbx_channel_send', ['int32_t', 'uint8_t *', 'uint32_t', 'int32_t *', 'uint32_t']);
export const channelReceive = bind<[fd: number, report: Uint8Array]>('sbx_channel_receive', [
  'int32_t',
  'uint8_t *',
]);
const pipeCreate = bind<[ends: Int32Array, ours: number]>('sbx_pipe_create', ['int32_t *', 'int32_t']);
const memfdCreate = bind<[name: string]>('sbx_memfd_create', ['str']);
const memfdSeal = bind<[fd: number]>('sbx_memfd_seal', ['int32_t']);
const fileLock = bind<[fd: number]>('sbx_file_lock', ['int32_t']);
const become = bind<[uid: number, gid: number]>('sbx_become', ['uint32_t', 'uint32_t']);
export const layoutSize = bind<[structure: number]>('sbx_layout_size', ['int32_t']);

/** Both ends of a new control or cell socket; the first one, ours, does not block. */
export function createSocketPair(): readonly [ours: number, theirs: number] {
  const ends = new Int32Array(2);
  succeed('create a socket pair', channelCreate(ends));
  return pairOf(ends);
}

/** Both ends of a new pipe; the one that is ours, by index, does not block. */
export function createPipeEnds(ours: 0 | 1): readonly [read: number, write: number] {
  const ends = new Int32Array(2);
  succeed('create a pipe', pipeCreate(ends, ours));
  return pairOf(ends);
}

function pairOf([first = -1, second = -1]: Int32Array): readonly [number, number] {
  return [first, second];
}

/** An anonymous file with these bytes. The caller closes it. */
export function createMemfd(name: string, bytes: Uint8Array): number {
  const fd = succeed('memfd_create', memfdCreate(name));
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
  succeed('seal the init image', memfdSeal(fd));
  return fd;
}

/**
 * Locks an open file or directory until the descriptor is closed, however this process ends (flock(2)). False if
 * another process holds the lock.
 */
export function tryLockFile(fd: number): boolean {
  const result = fileLock(fd);
  if (result === -constants.errno.EWOULDBLOCK) return false;
  succeed('lock a file', result);
  return true;
}

/** Turns this process into one of an ordinary user: all its threads, for good. Only root can. */
export function becomeIds(uid: number, gid: number): void {
  succeed(`become uid ${uid} and gid ${gid}`, become(uid, gid));
}

/** Turns -errno into an exception. */
export function succeed(what: string, result: number): number {
  if (result >= 0) return result;
  throw new Error(`Cannot ${what}: ${errnoName(-result)}`);
}
