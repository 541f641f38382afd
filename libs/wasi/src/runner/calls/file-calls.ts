import { ERRNO, fail, WasiError } from '../errno.js';
import { FD_FLAG, type Descriptor } from '../descriptor/descriptor.js';
import { FILE_TYPE } from '../descriptor/file-type.js';
import { RIGHT } from '../descriptor/rights.js';
import { toWhence, WHENCE } from '../guest/abi.js';
import { IovecCursor, readIovecs, totalLength } from '../guest/iovec.js';
import { waitForHost } from './wait-for-host.js';
import type { CallContext, Calls } from './call-context.js';

/** Moves a piece between a file and the scratch area; `done` bytes were moved before. */
type Transfer = (length: number, done: number) => number;

/** Reading, writing and the place in a file. */
export function fileCalls(context: CallContext): Calls {
  const { abi, memory, host, descriptors } = context;
  return {
    fd_read(fd: number, iovs: number, count: number, result: number) {
      const descriptor = descriptors.get(fd, RIGHT.fdRead);
      read(context, descriptor, { iovs, count, result }, (length) =>
        patiently(context, descriptor, 'read', () => host.transfer('fd_read', descriptor.hostFd, length)),
      );
    },
    fd_write(fd: number, iovs: number, count: number, result: number) {
      const descriptor = descriptors.get(fd, RIGHT.fdWrite);
      write(context, { iovs, count, result }, (length) =>
        patiently(context, descriptor, 'write', () => host.transfer('fd_write', descriptor.hostFd, length)),
      );
    },
    fd_pread(fd: number, iovs: number, count: number, offset: bigint, result: number) {
      const descriptor = descriptors.get(fd, RIGHT.fdRead);
      requireSeekable(descriptor);
      read(context, descriptor, { iovs, count, result }, (length, done) =>
        host.transferAt('fd_pread', descriptor.hostFd, length, offset + BigInt(done)),
      );
    },
    fd_pwrite(fd: number, iovs: number, count: number, offset: bigint, result: number) {
      const descriptor = descriptors.get(fd, RIGHT.fdWrite);
      requireSeekable(descriptor);
      write(context, { iovs, count, result }, (length, done) =>
        host.transferAt('fd_pwrite', descriptor.hostFd, length, offset + BigInt(done)),
      );
    },
    fd_seek(fd: number, offset: bigint, whence: number, result: number) {
      const { hostFd, rights } = requireSeekable(descriptors.get(fd));
      const number = toWhence(abi, whence);
      const isTell = offset === 0n && number === WHENCE.cur;
      if ((rights & (isTell ? RIGHT.fdTell : RIGHT.fdSeek)) === 0n) fail(ERRNO.notcapable);
      memory.require(result, 8);
      memory.setU64(result, host.callForU64('fd_seek', hostFd, BigInt.asIntN(64, offset), number));
    },
    fd_tell(fd: number, result: number) {
      const { hostFd, rights } = requireSeekable(descriptors.get(fd));
      if ((rights & RIGHT.fdTell) === 0n) fail(ERRNO.notcapable);
      memory.setU64(result, host.callForU64('fd_tell', hostFd));
    },
  };
}

/** Where the guest's buffers are described, and where it wants the number of bytes. */
interface Vector {
  readonly iovs: number;
  readonly count: number;
  readonly result: number;
}

/** A regular file fills the buffers as far as it goes; a pipe gives what it has. */
function read(
  { memory, host }: CallContext,
  { type }: Descriptor,
  { iovs, count, result }: Vector,
  transfer: Transfer,
): void {
  const iovecs = readIovecs(memory, iovs, count);
  const cursor = new IovecCursor(memory, iovecs);
  const total = totalLength(iovecs);
  memory.require(result, 4);
  const done = inPieces((before) => {
    const wanted = Math.min(total - before, host.data.byteLength);
    const length = wanted === 0 && before > 0 ? 0 : transfer(wanted, before);
    cursor.scatter(host.data.subarray(0, length));
    return { length, isLast: length < wanted || length === 0 || type !== FILE_TYPE.regularFile };
  });
  memory.setU32(result, done);
}

function write({ memory, host }: CallContext, { iovs, count, result }: Vector, transfer: Transfer): void {
  const iovecs = readIovecs(memory, iovs, count);
  const cursor = new IovecCursor(memory, iovecs);
  memory.require(result, 4);
  const done = inPieces((before) => {
    const wanted = cursor.gather(host.data);
    const length = wanted === 0 ? 0 : transfer(wanted, before);
    return { length, isLast: length < host.data.byteLength };
  });
  memory.setU32(result, done);
}

/** Repeats until the last piece. An error after a part was moved is left for the next call to meet again. */
function inPieces(move: (done: number) => { length: number; isLast: boolean }): number {
  let done = 0;
  for (;;) {
    try {
      const { length, isLast } = move(done);
      done += length;
      if (isLast) return done;
    } catch (error) {
      if (done === 0 || !(error instanceof WasiError)) throw error;
      return done;
    }
  }
}

/** Whoever made a pipe may have made it non-blocking; a guest that did not ask for that must not notice. */
function patiently(
  context: CallContext,
  descriptor: Descriptor,
  direction: 'read' | 'write',
  transfer: () => number,
): number {
  for (;;) {
    try {
      return transfer();
    } catch (error) {
      const isBusy = error instanceof WasiError && error.errno === ERRNO.again;
      if (!isBusy || (descriptor.flags & FD_FLAG.nonblock) !== 0) throw error;
      waitForHost(context.host, descriptor.hostFd, direction);
    }
  }
}

function requireSeekable(descriptor: Descriptor): Descriptor {
  if (descriptor.type === FILE_TYPE.directory) fail(ERRNO.badf);
  if (descriptor.type !== FILE_TYPE.regularFile && descriptor.type !== FILE_TYPE.blockDevice) {
    fail(ERRNO.spipe);
  }
  return descriptor;
}
