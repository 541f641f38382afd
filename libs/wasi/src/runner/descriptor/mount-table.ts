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
 * The directories of the guest, which may lie in each other. None of them moves: what would move or remove one is
 * refused (`holdsRoot`), so a path leads to the same directory from beginning to end.
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

  /**
   * Whether the way from a directory down to a path enters a read-only one, and no other within that. Of two that are
   * the same directory the read-only one counts. What holds for the directory itself is its descriptor's to say.
   */
  entersReadOnly(directory: string, path: string): boolean {
    let depth = directory.length;
    let readOnly = false;
    for (const mount of this.#mounts) {
      const isEntered = mount.path !== directory && isBelow(mount.path, directory);
      if (!isEntered || mount.path.length < depth || !isBelow(path, mount.path)) continue;
      readOnly = mount.readOnly || (readOnly && mount.path.length === depth);
      depth = mount.path.length;
    }
    return readOnly;
  }

  /** Whether a path is a directory of the guest, or one lies below it. Like a mount point, it must stay: rename(2). */
  holdsRoot(path: string): boolean {
    return this.#mounts.some((mount) => isBelow(mount.path, path));
  }

  /** A path as node:wasi takes it. @throws {Error} for one below no directory, which no resolved path is */
  toHostPlace(path: string): HostPlace {
    const around = this.#mounts.filter((mount) => isBelow(path, mount.path));
    const mount = around.reduce<Mount | undefined>(innermost, undefined);
    if (mount === undefined) throw new Error(`${path} is outside of every directory of the guest`);
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
