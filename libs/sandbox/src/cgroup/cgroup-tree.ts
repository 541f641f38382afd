import { chownSync, closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { workerIdentity, type HostIdentity } from '../slot/host-identity.js';

const NAME = /^sandlot-(\d+)$/;
const RMDIR_TRIES = 20;
const RMDIR_PAUSE_MS = 5;

/** A directory of the tree, held open: processes are born into it by its descriptor (CLONE_INTO_CGROUP). */
export interface Leaf {
  readonly fd: number;
  /**
   * Closes and removes it; once is enough. Its last process must have been reaped. One that the kernel does not let go of stays
   * empty until the tree is removed: nobody's job may fail for it.
   */
  remove(): Promise<void>;
}

/**
 * Our part of a cgroup v2 subtree that we may write to:
 *
 *     sandlot-<pid>/cells/slot-<n>/init      the slot's init
 *                                 /cell-<k>  one for each job, removed after it
 *
 * The slot's uid owns slot-<n>: cloning into a cgroup takes write access to it and to the common ancestor.
 */
export class CgroupTree {
  readonly #root: string;
  readonly #cells: string;

  private constructor(root: string) {
    this.#root = root;
    this.#cells = join(root, 'cells');
  }

  /** Makes the tree below `subtree` after removing what dead workers left there. @throws if it may not be written. */
  static create(subtree: string, pid: number): CgroupTree {
    sweep(subtree);
    const tree = new CgroupTree(join(subtree, `sandlot-${pid}`));
    mkdirSync(tree.#root);
    mkdirSync(tree.#cells);
    return tree;
  }

  /** The part of one slot, given to its uid. */
  createSlot(index: number, identity: HostIdentity): SlotCgroup {
    const directory = join(this.#cells, `slot-${index}`);
    mkdirSync(directory, { recursive: true });
    give(directory, identity);
    return new SlotCgroup(directory, identity);
  }

  /** Removes the whole tree. All its processes must be gone. */
  async close(): Promise<void> {
    await removeTree(this.#root);
  }
}

/** The cgroups of one slot. */
export class SlotCgroup {
  readonly #directory: string;
  readonly #identity: HostIdentity;
  #next = 1;

  constructor(directory: string, identity: HostIdentity) {
    this.#directory = directory;
    this.#identity = identity;
  }

  /** Where the slot's init is born. Beside the cells, because inner nodes hold no processes (cgroups(7)). */
  createInitLeaf(): Leaf {
    return this.#create('init');
  }

  createCellLeaf(): Leaf {
    return this.#create(`cell-${this.#next++}`);
  }

  #create(name: string): Leaf {
    const path = join(this.#directory, name);
    mkdirSync(path, { recursive: true });
    give(path, this.#identity);
    const fd = openSync(path, 'r');
    let isOpen = true;
    return {
      fd,
      remove: async () => {
        if (isOpen) closeSync(fd);
        isOpen = false;
        await removeDirectory(path).catch(passOverBusy);
      },
    };
  }
}

function give(directory: string, { uid, gid }: HostIdentity): void {
  if (uid === workerIdentity().uid) return;
  chownSync(directory, uid, gid);
  chownSync(join(directory, 'cgroup.procs'), uid, gid);
}

/** The kernel lets go of a cgroup a moment after its last process was reaped. */
async function removeDirectory(path: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return rmdirSync(path);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return;
      if (code !== 'EBUSY' || tries === RMDIR_TRIES) throw error;
      await delay(RMDIR_PAUSE_MS);
    }
  }
}

function passOverBusy(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'EBUSY') throw error;
}

async function removeTree(path: string): Promise<void> {
  for (const child of childDirectories(path)) await removeTree(join(path, child));
  await removeDirectory(path);
}

function childDirectories(path: string): readonly string[] {
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [entry.name] : [],
  );
}

/** Trees of workers that are gone hold nothing but empty directories. */
function sweep(subtree: string): void {
  for (const name of childDirectories(subtree)) {
    const pid = Number(NAME.exec(name)?.[1] ?? Number.NaN);
    if (Number.isNaN(pid) || isAlive(pid) || isPopulated(join(subtree, name))) continue;
    removeEmptyTree(join(subtree, name));
  }
}

function removeEmptyTree(path: string): void {
  for (const child of childDirectories(path)) removeEmptyTree(join(path, child));
  rmdirSync(path);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function isPopulated(path: string): boolean {
  return /^populated 1$/m.test(readFileSync(join(path, 'cgroup.events'), 'utf8'));
}
