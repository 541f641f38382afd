import { ERRNO, fail } from '../errno.js';
import { FD_FLAG, type Descriptor } from '../descriptor/descriptor.js';
import { RIGHT } from '../descriptor/rights.js';
import { writeFilestat } from '../guest/filestat.js';
import type { NodeHost } from '../host/node-host.js';
import { readHostFilestat } from '../host/read-host-filestat.js';
import { setDescriptorTimes } from './set-times.js';
import type { CallContext, Calls } from './call-context.js';

/** What fcntl(2) can change. */
const CHANGEABLE = FD_FLAG.append | FD_FLAG.nonblock;

/** Beyond what off_t holds. */
const OFFSET_END = 1n << 63n;

/** What is known of a descriptor, and what can be done with it as a whole. */
export function descriptorCalls(context: CallContext): Calls {
  const { abi, memory, host, descriptors } = context;
  return {
    fd_close(fd: number) {
      closeHost(host, descriptors.remove(fd));
    },
    fd_renumber(from: number, to: number) {
      descriptors.get(from);
      if (from !== to) closeHost(host, descriptors.move(from, to));
    },
    fd_fdstat_get(fd: number, result: number) {
      const { type, flags, rights, inheriting } = descriptors.get(fd);
      memory.slice(result, 24).fill(0);
      memory.setU8(result, type);
      memory.setU16(result + 2, flags);
      memory.setU64(result + 8, rights);
      memory.setU64(result + 16, inheriting);
    },
    fd_fdstat_set_flags(fd: number, flags: number) {
      const descriptor = descriptors.get(fd, RIGHT.fdFdstatSetFlags);
      if (((flags ^ descriptor.flags) & ~CHANGEABLE) !== 0) fail(ERRNO.notsup);
      host.call('fd_fdstat_set_flags', descriptor.hostFd, flags);
      descriptor.flags = flags;
    },
    fd_fdstat_set_rights(fd: number, rights: bigint, inheriting: bigint) {
      const descriptor = descriptors.get(fd);
      const isMore = (rights & ~descriptor.rights) | (inheriting & ~descriptor.inheriting);
      if (isMore !== 0n) fail(ERRNO.notcapable);
      Object.assign(descriptor, { rights, inheriting });
    },
    fd_filestat_get(fd: number, result: number) {
      const { hostFd, type } = descriptors.get(fd, RIGHT.fdFilestatGet);
      writeFilestat(memory, abi, result, { ...readHostFilestat(host, hostFd), type });
    },
    fd_filestat_set_size(fd: number, size: bigint) {
      const { hostFd } = descriptors.get(fd, RIGHT.fdFilestatSetSize);
      if (size >= OFFSET_END) fail(ERRNO.inval);
      host.call('fd_filestat_set_size', hostFd, size);
    },
    fd_filestat_set_times(fd: number, atim: bigint, mtim: bigint, flags: number) {
      const descriptor = descriptors.get(fd, RIGHT.fdFilestatSetTimes);
      if (descriptor.readOnly) fail(ERRNO.perm);
      setDescriptorTimes(context, descriptor, { atim, mtim, flags });
    },
    fd_advise(fd: number, offset: bigint, length: bigint, advice: number) {
      const { hostFd } = descriptors.get(fd, RIGHT.fdAdvise);
      if (advice > 5) fail(ERRNO.inval);
      host.call('fd_advise', hostFd, offset, length, advice);
    },
    fd_allocate(fd: number, offset: bigint, length: bigint) {
      host.call('fd_allocate', descriptors.get(fd, RIGHT.fdAllocate).hostFd, ...toRange(offset, length));
    },
    fd_sync(fd: number) {
      host.call('fd_sync', descriptors.get(fd, RIGHT.fdSync).hostFd);
    },
    fd_datasync(fd: number) {
      // fsync(2) does that and more, and node:wasi wants no right to write for it.
      host.call('fd_sync', descriptors.get(fd, RIGHT.fdDatasync).hostFd);
    },
  };
}

/** Held to what posix_fallocate(3) takes: node:wasi adds in 64 bits. */
function toRange(offset: bigint, length: bigint): readonly [bigint, bigint] {
  if (offset >= OFFSET_END || length >= OFFSET_END) fail(ERRNO.inval);
  if (offset + length >= OFFSET_END) fail(ERRNO.fbig);
  return [offset, length];
}

/** What node:wasi has for a directory that was given stays open: every path below it is reached from there. */
function closeHost(host: NodeHost, { hostFd, preopenName }: Descriptor): void {
  if (preopenName === undefined) host.call('fd_close', hostFd);
}
