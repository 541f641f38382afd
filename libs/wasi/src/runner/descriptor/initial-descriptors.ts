import { fstatSync } from 'node:fs';
import type { RunRequest } from '../../runner-protocol.js';
import type { NodeHost } from '../host/node-host.js';
import { DescriptorTable } from './descriptor-table.js';
import { FD_FLAG, type Descriptor } from './descriptor.js';
import { FILE_TYPE, fileTypeOf } from './file-type.js';
import type { MountTable } from './mount-table.js';
import { DIRECTORY_BASE, DIRECTORY_INHERITING, RIGHT, rightsOfType } from './rights.js';

const STANDARD_STREAMS = [0, 1, 2] as const;

/** Flags of open(2) on Linux. */
const O_ACCMODE = 3;
const O_RDONLY = 0;
const O_WRONLY = 1;
const O_APPEND = 0o2000;

/** What a guest finds open: the three standard streams, then its directories. */
export function initialDescriptors(
  host: NodeHost,
  mounts: MountTable,
  { preopens, openFiles }: Pick<RunRequest, 'preopens' | 'openFiles'>,
): DescriptorTable {
  const table = new DescriptorTable(openFiles);
  for (const fd of STANDARD_STREAMS) table.add(standardStream(host, fd));
  for (const [index, { guest }] of preopens.entries()) {
    const mount = mounts.mounts[index];
    if (mount !== undefined) table.add(directory(mount, guest));
  }
  return table;
}

/** node:wasi has the same numbers for these as the system. */
function standardStream(host: NodeHost, fd: number): Descriptor {
  const type = fileTypeOf(fstatSync(fd));
  const openFlags = host.openFlags(fd);
  return {
    hostFd: fd,
    type,
    path: '',
    readOnly: false,
    rights: rightsOfType(type) & ~missingAccess(openFlags),
    inheriting: 0n,
    // That a pipe does not block was the choice of who made it: see `patiently` in file-calls.
    flags: (openFlags & O_APPEND) === 0 ? 0 : FD_FLAG.append,
  };
}

function missingAccess(openFlags: number): bigint {
  const mode = openFlags & O_ACCMODE;
  if (mode === O_RDONLY) return RIGHT.fdWrite;
  return mode === O_WRONLY ? RIGHT.fdRead : 0n;
}

function directory(mount: MountTable['mounts'][number], preopenName: string): Descriptor {
  return {
    hostFd: mount.hostFd,
    type: FILE_TYPE.directory,
    path: mount.path,
    preopenName,
    readOnly: mount.readOnly,
    rights: DIRECTORY_BASE,
    inheriting: DIRECTORY_INHERITING,
    flags: 0,
  };
}
