import { realpathSync } from 'node:fs';
import type { RunPreopen } from '../../runner-protocol.js';
import type { HostPlace } from '../host/node-host.js';

/** A directory that the guest was given, as a part of the file tree. */
export interface Mount {
  readonly path: string;
  /** The descriptor that node:wasi has for it. */
  readonly hostFd: number;
  readonly readOnly: boolean;
}

/** The first descriptor node:wasi gives to a directory. */
const FIRST_HOST_FD = 3;

/**
 * Finds for a path the directory it was given with. Directories may lie in each other: the innermost decides, so
 * that what is read-only cannot be changed by way of a directory around it.
 */
export class MountTable {
  readonly #mounts: readonly Mount[];

  constructor(preopens: readonly RunPreopen[]) {
    this.#mounts = preopens.map(({ host, readOnly }, index) => ({
      path: realpathSync(host),
      hostFd: FIRST_HOST_FD + index,
      readOnly,
    }));
  }

  get mounts(): readonly Mount[] {
    return this.#mounts;
  }

  /** @throws {Error} for a path below none of them, which no resolved path is */
  find(path: string): Mount {
    const around = this.#mounts.filter((mount) => isBelow(path, mount.path));
    const mount = around.reduce<Mount | undefined>(innermost, undefined);
    if (mount === undefined) throw new Error(`${path} is outside of every directory of the guest`);
    return mount;
  }

  /** A path as node:wasi takes it. */
  toHostPlace(path: string): HostPlace {
    const mount = this.find(path);
    const relative = path.slice(mount.path.length).replace(/^\//, '');
    return { fd: mount.hostFd, path: relative === '' ? '.' : relative };
  }
}

function innermost(found: Mount | undefined, mount: Mount): Mount {
  return found !== undefined && found.path.length >= mount.path.length ? found : mount;
}

/** Whether a path is another one or lies below it; both are absolute and without dots. */
export function isBelow(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory === '/' ? '/' : `${directory}/`);
}
