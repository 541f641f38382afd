import type { Filestat } from '../guest/filestat.js';
import type { NodeHost } from './node-host.js';
import { SCRATCH } from './scratch-memory.js';

/** What node:wasi knows of an open file. */
export function readHostFilestat(host: NodeHost, hostFd: number): Filestat {
  host.call('fd_filestat_get', hostFd, SCRATCH.result);
  const view = new DataView(host.memory.buffer, SCRATCH.result, 64);
  const [dev, ino, nlink, size, atim, mtim, ctim] = [0, 8, 24, 32, 40, 48, 56].map((offset) =>
    view.getBigUint64(offset, true),
  ) as [bigint, bigint, bigint, bigint, bigint, bigint, bigint];
  return { dev, ino, type: view.getUint8(16), nlink, size, atim, mtim, ctim };
}
