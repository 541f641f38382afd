import { closeSync, readdirSync } from 'node:fs';
import type { Cell, CellPlan, CgroupController, Sandbox, SandboxAbilities } from '@sandlot/engine';
import { NativeCell } from './cell/native-cell.js';
import type { CgroupTree } from './cgroup/cgroup-tree.js';
import { describeCgroup } from './cgroup/describe-cgroup.js';
import { openCgroupTree, withoutTree, type OpenedTree } from './cgroup/open-tree.js';
import { refuseFallback } from './cgroup/refuse-fallback.js';
import { explainSetupFailure } from './doctor/explain-setup-failure.js';
import { planEnforcement } from './limits/enforcement.js';
import { createInitImage } from './native/library.js';
import { readHostTree } from './rootfs/host-tree.js';
import { planSlot } from './rootfs/plan-slot.js';
import { hostIdentity, workerIdentity } from './slot/host-identity.js';
import { CompiledProfiles } from './seccomp/compiled-profiles.js';
import { SlotPool } from './slot/slot-pool.js';
import { Slot } from './slot/slot.js';
import type { SandboxOptions } from './create-sandbox.js';

const MAX_SLOTS = 1024;

/** What `createSandbox` does once the native library is loaded. */
export async function startSandbox({
  slots,
  cgroup = 'auto',
  require = [],
  seccomp = {},
}: SandboxOptions): Promise<Sandbox> {
  if (!Number.isInteger(slots) || slots < 1 || slots > MAX_SLOTS) {
    throw new RangeError(`Expected 1–${MAX_SLOTS} slots, got ${slots}`);
  }
  const profiles = new CompiledProfiles(seccomp.profile, seccomp.file);
  const image = createInitImage();
  const opened = await openCgroupTree(cgroup, slots);
  try {
    refuseFallback(opened.finding, require);
    return await startSlots({ slots, image, profiles, require }, opened);
  } catch (error) {
    await opened.tree?.close();
    closeSync(image);
    throw await explainSetupFailure(error, opened.finding);
  }
}

/** What every slot and cell of a sandbox is made with. */
interface Means {
  readonly slots: number;
  /** The init program. */
  readonly image: number;
  readonly profiles: CompiledProfiles;
  readonly require: readonly CgroupController[];
}

/**
 * Starts the slots, in the tree if there is one. A kernel that does not let processes be born there is found out only
 * now; the cells then do without it.
 */
async function startSlots(means: Means, { tree, finding }: OpenedTree): Promise<Sandbox> {
  const start = async (opened: OpenedTree) =>
    new NativeSandbox(
      means,
      opened,
      await SlotPool.create(means.slots, slotStarter(means.image, opened.tree)),
    );
  try {
    return await start({ tree, finding });
  } catch (error) {
    const without = tree === undefined ? undefined : withoutTree(finding, error);
    if (tree === undefined || without === undefined) throw error;
    refuseFallback(without, means.require);
    const sandbox = await start({ tree: undefined, finding: without });
    await tree.close();
    return sandbox;
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
  readonly abilities: SandboxAbilities;
  readonly #pool: SlotPool;
  readonly #means: Means;
  readonly #tree: CgroupTree | undefined;

  constructor(means: Means, { tree, finding }: OpenedTree, pool: SlotPool) {
    this.#pool = pool;
    this.#means = means;
    this.#tree = tree;
    this.abilities = {
      ...describeCgroup(finding),
      enforcement: planEnforcement(tree?.kind),
      seccompProfiles: means.profiles.names,
    };
  }

  get slots(): number {
    return this.#pool.size;
  }

  async openCell(plan: CellPlan, signal: AbortSignal): Promise<Cell> {
    const slot = await this.#pool.acquire(signal);
    try {
      const { profiles } = this.#means;
      return new NativeCell({ slot, plan, profiles, onGone: () => this.#pool.release(slot) });
    } catch (error) {
      this.#pool.release(slot);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#pool.close();
    await this.#tree?.close();
    closeSync(this.#means.image);
  }
}
