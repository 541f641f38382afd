import { closeSync, readdirSync } from 'node:fs';
import type { Cell, CellPlan, Sandbox, SandboxAbilities } from '@sandlot/engine';
import { NativeCell } from './cell/native-cell.js';
import type { CgroupTree } from './cgroup/cgroup-tree.js';
import { openCgroupTree } from './cgroup/open-tree.js';
import { RLIMIT_ENFORCEMENT } from './limits/enforcement.js';
import { createInitImage } from './native/library.js';
import { readHostTree } from './rootfs/host-tree.js';
import { planSlot } from './rootfs/plan-slot.js';
import { hostIdentity, workerIdentity } from './slot/host-identity.js';
import { SlotPool } from './slot/slot-pool.js';
import { Slot } from './slot/slot.js';

const MAX_SLOTS = 1024;

export interface SandboxOptions {
  /** Cells that can be open at once. Range 1–1024. */
  readonly slots: number;
  /**
   * Where cells get their cgroups: `auto` (below our own, if it may be written to), `none`, or the path of a
   * cgroup v2 directory. @default 'auto'
   */
  readonly cgroup?: string;
}

/**
 * Starts a sandbox: its slots run when it resolves.
 *
 * @throws {InfrastructureError} `sandbox-setup-failed` with the step, errno and remedy, if this host cannot do it.
 */
export async function createSandbox({ slots, cgroup = 'auto' }: SandboxOptions): Promise<Sandbox> {
  if (!Number.isInteger(slots) || slots < 1 || slots > MAX_SLOTS) {
    throw new RangeError(`Expected 1–${MAX_SLOTS} slots, got ${slots}`);
  }
  const image = createInitImage();
  const tree = openCgroupTree(cgroup, process.pid);
  try {
    return new NativeSandbox(await SlotPool.create(slots, slotStarter(image, tree)), image, tree);
  } catch (error) {
    await tree?.close();
    closeSync(image);
    throw error;
  }
}

/** Starts slot `index`, for the first time or in place of one that died. */
function slotStarter(image: number, tree: CgroupTree | undefined): (index: number) => Promise<Slot> {
  const plan = planSlot(readHostTree(() => readdirSync('/etc')));
  const worker = workerIdentity();
  return async (index) => {
    const identity = hostIdentity(index, worker);
    return await Slot.start({ image, plan, identity, cgroup: tree?.createSlot(index, identity) });
  };
}

class NativeSandbox implements Sandbox {
  readonly abilities: SandboxAbilities = { tier: 'T1', enforcement: RLIMIT_ENFORCEMENT };
  readonly #pool: SlotPool;
  readonly #image: number;
  readonly #tree: CgroupTree | undefined;

  constructor(pool: SlotPool, image: number, tree: CgroupTree | undefined) {
    this.#pool = pool;
    this.#image = image;
    this.#tree = tree;
  }

  get slots(): number {
    return this.#pool.size;
  }

  async openCell(plan: CellPlan, signal: AbortSignal): Promise<Cell> {
    const slot = await this.#pool.acquire(signal);
    try {
      return new NativeCell({ slot, plan, onGone: () => this.#pool.release(slot) });
    } catch (error) {
      this.#pool.release(slot);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#pool.close();
    await this.#tree?.close();
    closeSync(this.#image);
  }
}
