import { closeSync } from 'node:fs';
import type { Limits } from '@sandlot/contract';
import { toInfrastructureError, type Sandbox } from '@sandlot/engine';
import type { CgroupTree } from './cgroup/cgroup-tree.js';
import { openCgroupTree, withoutTree, type OpenedTree } from './cgroup/open-tree.js';
import { refuseFallback } from './cgroup/refuse-fallback.js';
import { explainSetupFailure } from './doctor/explain-setup-failure.js';
import { createInitImage } from './native/library.js';
import { readHostTree } from './rootfs/host-tree.js';
import { planCell, planRunnerCell } from './rootfs/plan-cell.js';
import { planRunnerSlot } from './rootfs/plan-runner-slot.js';
import { planSlot } from './rootfs/plan-slot.js';
import type { RootPlan } from './rootfs/plan.js';
import { hostIdentity } from './slot/host-identity.js';
import { identifyWorker } from './slot/identify-worker.js';
import { CompiledProfiles } from './seccomp/compiled-profiles.js';
import { NativeSandbox, type Means, type Pools } from './native-sandbox.js';
import { SlotPool } from './slot/slot-pool.js';
import { Slot } from './slot/slot.js';
import type { RunnerOptions, SandboxOptions } from './create-sandbox.js';

const MAX_SLOTS = 1024;

/** What `createSandbox` does once the native library is loaded. */
export async function startSandbox({
  slots,
  cgroup = 'auto',
  require = [],
  seccomp = {},
  subordinateIds = 'auto',
  runner,
}: SandboxOptions): Promise<Sandbox> {
  if (!Number.isInteger(slots) || slots < 1 || slots > MAX_SLOTS) {
    throw new RangeError(`Expected 1–${MAX_SLOTS} slots, got ${slots}`);
  }
  const profiles = new CompiledProfiles(seccomp.profile, seccomp.file);
  const worker = await identifyWorker(subordinateIds);
  const image = createInitImage();
  const opened = await openCgroupTree(cgroup, slots + runnerSlots(slots, runner));
  try {
    refuseFallback(opened.finding, require);
    const plan = planSlot(readHostTree());
    return await startSlots({ slots, image, worker, plan, profiles, require, runner }, opened);
  } catch (error) {
    await opened.tree?.close();
    closeSync(image);
    throw await explainSetupFailure(error, opened.finding);
  }
}

/** Slots beside those for programs of the host: for as many cells at once, and for the runners that wait. */
function runnerSlots(slots: number, runner: Means['runner']): number {
  return runner === undefined || runner instanceof Error ? 0 : slots + runner.spare;
}

/**
 * Starts the slots, in the tree if there is one. A kernel that does not let processes be born there is found out only
 * now; the cells then do without it.
 */
async function startSlots(means: Means, { tree, finding }: OpenedTree): Promise<Sandbox> {
  const start = async (opened: OpenedTree) =>
    new NativeSandbox(means, opened, await startPools(means, opened.tree));
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

async function startPools(means: Means, tree: CgroupTree | undefined): Promise<Pools> {
  const { slots, plan, runner } = means;
  const host = await SlotPool.create(slots, slotStarter(means, { tree, plan, planCell, first: 0 }));
  const isStarted = runner !== undefined && !(runner instanceof Error);
  return { host, runners: isStarted ? await startRunnerSlots(means, runner, tree) : runner };
}

/** Without them programs of the host still run: what is in the way is told, and no reason not to start. */
async function startRunnerSlots(
  means: Means,
  runner: RunnerOptions,
  tree: CgroupTree | undefined,
): Promise<SlotPool | Error> {
  const plan = planRunnerSlot(runner.program.files);
  const starter = slotStarter(means, { tree, plan, planCell: planRunnerCell, first: means.slots });
  return await SlotPool.create(runnerSlots(means.slots, runner), starter).catch((error: unknown) =>
    toInfrastructureError(error),
  );
}

interface SlotMeans {
  readonly tree: CgroupTree | undefined;
  readonly plan: RootPlan;
  readonly planCell: (limits: Limits) => RootPlan;
  /** Number of the first slot of its pool among all of the sandbox. */
  readonly first: number;
}

/** Starts slot `index` of a pool, for the first time or in place of one that died. */
function slotStarter(
  { image, worker }: Means,
  { tree, plan, planCell: cellPlan, first }: SlotMeans,
): (index: number) => Promise<Slot> {
  return async (index) => {
    const identity = hostIdentity(first + index, worker);
    return await Slot.start({
      image,
      plan,
      planCell: cellPlan,
      identity,
      cgroup: tree?.createSlot(first + index, identity),
    });
  };
}
