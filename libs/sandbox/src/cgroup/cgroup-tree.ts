import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Limits } from '@sandlot/contract';
import type { CgroupController } from '@sandlot/engine';
import type { HostIdentity } from '../slot/host-identity.js';
import { tryLockFile } from '../native/library.js';
import { ensureCgroup, writeCgroupFile } from './cgroup-file.js';
import { CellLeaf, type LeafKind } from './cell-leaf.js';
import { LimitWriter } from './limit-writer.js';
import { enableAll } from './enable-controllers.js';
import { listDisks } from './list-disks.js';
import { removeDirectory, removeTree } from './remove-directory.js';
import { SHARED_CGROUP_MODE, shareProcs } from './share-procs.js';

/** Of the directories of workers below a subtree. */
export const TREE_NAME = /^sandlot-\d+-[0-9a-f]+$/;

/** Levels below a worker's tree: slots, and their leaves. */
const DEPTH = 2;
/** Cells that a slot may have at once: the one in use and those not yet removed. */
const CELLS_PER_SLOT = 62;
const LOCK_TRIES = 5;

/**
 * Our part of a cgroup v2 subtree that we may write to:
 *
 *     sandlot-worker                    workers themselves, and what started them (enter-worker-leaf.ts)
 *     sandlot-<pid>-<random>            one worker's tree, locked by it while it lives
 *         slot-<n>/init                 the slot's init
 *                 /cell-<k>             one for each job, removed after it
 *
 * The slot's uid may write cgroup.procs of slot-<n> and below: to be cloned into a cgroup takes write access to its
 * own and to that of the common ancestor, and nothing more (cgroups(7)). Nobody else gets into slot-<n> to do so.
 */
export class CgroupTree {
  readonly kind: LeafKind;
  readonly #root: string;
  readonly #lock: number;
  readonly #removing = new Set<Promise<void>>();

  private constructor(root: string, lock: number, kind: LeafKind) {
    this.#root = root;
    this.#lock = lock;
    this.kind = kind;
  }

  /** Makes the tree below `subtree`, whose controllers are enabled. @throws if a system call fails. */
  static create(subtree: string, slots: number, controllers: LeafKind['controllers']): CgroupTree {
    const { root, lock } = makeLocked(subtree);
    writeCgroupFile(root, 'cgroup.max.depth', String(DEPTH));
    writeCgroupFile(root, 'cgroup.max.descendants', String(slots * (CELLS_PER_SLOT + 2)));
    enableAll(root, controllers);
    const disks = controllers.has('io') ? disksToLimit(root) : [];
    const isHeld = (controller: CgroupController) => controller !== 'io' || disks.length > 0;
    return new CgroupTree(root, lock, { controllers: new Set([...controllers].filter(isHeld)), disks });
  }

  /** The part of one slot, shared with its uid. */
  createSlot(index: number, identity: HostIdentity): SlotCgroup {
    const directory = join(this.#root, `slot-${index}`);
    ensureCgroup(directory, SHARED_CGROUP_MODE);
    shareProcs(directory, identity);
    enableAll(directory, this.kind.controllers);
    return new SlotCgroup(this, directory, identity);
  }

  /** Removes a leaf whose last process is gone, behind everybody's back. */
  discard(remove: () => Promise<void>): void {
    // One that the kernel does not let go of stays empty until the tree is removed: nobody's job may fail for it.
    const removing = remove().catch(() => undefined);
    this.#removing.add(removing);
    void removing.finally(() => this.#removing.delete(removing));
  }

  /** Removes the whole tree. All its processes must be gone. */
  async close(): Promise<void> {
    await Promise.all(this.#removing);
    await removeTree(this.#root);
    closeSync(this.#lock);
  }
}

/** The cgroups of one slot. */
export class SlotCgroup {
  readonly #tree: CgroupTree;
  readonly #directory: string;
  readonly #identity: HostIdentity;
  readonly #writer: LimitWriter;
  #next = 1;

  constructor(tree: CgroupTree, directory: string, identity: HostIdentity) {
    this.#tree = tree;
    this.#directory = directory;
    this.#identity = identity;
    this.#writer = new LimitWriter(directory);
  }

  /**
   * Where the slot's init is born, as a descriptor that the caller closes. Beside the cells, because inner nodes
   * hold no processes (cgroups(7)).
   */
  openInitLeaf(): number {
    const path = join(this.#directory, 'init');
    ensureCgroup(path);
    shareProcs(path, this.#identity);
    return openSync(path, 'r');
  }

  /** A cgroup with these limits for one cell. @throws {InfrastructureError} `sandbox-setup-failed`. */
  createLeaf(limits: Limits): CellLeaf {
    const path = join(this.#directory, `cell-${this.#next++}`);
    const leaf = CellLeaf.create(path, limits, { kind: this.#tree.kind, slot: this.#writer });
    shareProcs(leaf.path, this.#identity);
    return leaf;
  }

  /** Closes a leaf and removes it in the background. Its last process must have been reaped. */
  discard(leaf: CellLeaf): void {
    this.#tree.discard(async () => await leaf.remove());
  }

  /** Removes the place of the slot's init, which must have been reaped. */
  async removeInitLeaf(): Promise<void> {
    await removeDirectory(join(this.#directory, 'init'));
  }
}

/** A new tree, locked. A worker that starts just now and sweeps may take it for a leftover before it is locked: then another. */
function makeLocked(subtree: string): { readonly root: string; readonly lock: number } {
  for (let tries = 1; ; tries += 1) {
    const root = join(subtree, `sandlot-${process.pid}-${randomBytes(4).toString('hex')}`);
    mkdirSync(root);
    try {
      const lock = openSync(root, 'r');
      if (tryLockFile(lock) && existsSync(root)) return { root, lock };
      closeSync(lock);
      throw new Error(`${root} was swept by another worker`);
    } catch (error) {
      if (tries === LOCK_TRIES) throw error;
    }
  }
}

/** Every disk there is; none if one of them cannot be slowed down, for then a limit would not hold. */
function disksToLimit(directory: string): readonly string[] {
  const disks = listDisks();
  return disks.every((disk) => takesIoMax(directory, disk)) ? disks : [];
}

function takesIoMax(directory: string, disk: string): boolean {
  try {
    writeCgroupFile(directory, 'io.max', `${disk} rbps=max wbps=max`);
    return true;
  } catch {
    // Whatever the reason: the finding says that io is not held.
    return false;
  }
}
