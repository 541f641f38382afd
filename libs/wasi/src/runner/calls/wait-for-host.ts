import { ERRNO, fail, type Errno } from '../errno.js';
import type { NodeHost } from '../host/node-host.js';
import { MAX_HOST_SUBSCRIPTIONS, SCRATCH } from '../host/scratch-memory.js';

const TYPE = { clock: 0, read: 1, write: 2 } as const;
const MONOTONIC = 1;
const SUBSCRIPTION_BYTES = 48;
const EVENT_BYTES = 32;
const NANOSECONDS_PER_MS = 1_000_000n;

/** A descriptor of node:wasi to wait for. */
export interface HostWait {
  readonly fd: number;
  readonly direction: 'read' | 'write';
}

/** What became of a {@link HostWait}. */
export interface HostReadiness {
  readonly errno: Errno;
  readonly bytes: bigint;
  readonly flags: number;
}

/** Waits until one pipe can be read or written. */
export function waitForHost(host: NodeHost, fd: number, direction: 'read' | 'write'): void {
  pollHost(host, [{ fd, direction }], undefined);
}

/**
 * Waits for pipes, in the kernel. Returns what is ready, by the index of the wait; empty when the time was over first.
 *
 * @param timeout in nanoseconds; undefined waits for ever
 */
export function pollHost(
  host: NodeHost,
  waits: readonly HostWait[],
  timeout: bigint | undefined,
): ReadonlyMap<number, HostReadiness> {
  if (waits.length >= MAX_HOST_SUBSCRIPTIONS) fail(ERRNO.inval);
  const view = new DataView(host.memory.buffer);
  new Uint8Array(host.memory.buffer).fill(0, SCRATCH.subscriptions, SCRATCH.data);
  for (const [index, wait] of waits.entries()) writeWait(view, index, wait);
  if (timeout !== undefined) writeTimeout(view, waits.length, timeout);
  const count = waits.length + (timeout === undefined ? 0 : 1);
  const errno = host.tryCall('poll_oneoff', SCRATCH.subscriptions, SCRATCH.events, count, SCRATCH.result);
  // What the kernel cannot wait for, like a device of no content, is ready at any time.
  if (errno === ERRNO.perm) return new Map(waits.map((_, index) => [index, ready()]));
  if (errno !== ERRNO.success) fail(errno);
  return readEvents(view, waits.length);
}

function ready(): HostReadiness {
  return { errno: ERRNO.success, bytes: 0n, flags: 0 };
}

function writeWait(view: DataView, index: number, { fd, direction }: HostWait): void {
  const at = SCRATCH.subscriptions + index * SUBSCRIPTION_BYTES;
  view.setBigUint64(at, BigInt(index), true);
  view.setUint8(at + 8, TYPE[direction]);
  view.setUint32(at + 16, fd, true);
}

/** It counts in whole milliseconds: one begun is one to wait. */
function writeTimeout(view: DataView, index: number, timeout: bigint): void {
  const at = SCRATCH.subscriptions + index * SUBSCRIPTION_BYTES;
  const milliseconds = (timeout + NANOSECONDS_PER_MS - 1n) / NANOSECONDS_PER_MS;
  view.setBigUint64(at, BigInt(index), true);
  view.setUint8(at + 8, TYPE.clock);
  view.setUint32(at + 16, MONOTONIC, true);
  view.setBigUint64(at + 24, milliseconds * NANOSECONDS_PER_MS, true);
}

function readEvents(view: DataView, waits: number): ReadonlyMap<number, HostReadiness> {
  const events = new Map<number, HostReadiness>();
  const count = view.getUint32(SCRATCH.result, true);
  for (let index = 0; index < count; index += 1) {
    const at = SCRATCH.events + index * EVENT_BYTES;
    const wait = Number(view.getBigUint64(at, true));
    if (wait >= waits) continue;
    events.set(wait, {
      errno: view.getUint16(at + 8, true),
      bytes: view.getBigUint64(at + 16, true),
      flags: view.getUint16(at + 24, true),
    });
  }
  return events;
}
