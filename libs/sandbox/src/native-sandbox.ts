import { closeSync } from 'node:fs';
import { RUNTIMES } from '@sandlot/contract';
import {
  InfrastructureError,
  type AbilityFinding,
  type Cell,
  type CellPlan,
  type CgroupController,
  type RunnerCounts,
  type Sandbox,
  type SandboxAbilities,
} from '@sandlot/engine';
import { openInPool } from './cell/open-in-pool.js';
import { describeCgroup } from './cgroup/describe-cgroup.js';
import type { OpenedTree } from './cgroup/open-tree.js';
import type { RunnerOptions } from './create-sandbox.js';
import { planEnforcement } from './limits/enforcement.js';
import { describeShown } from './rootfs/describe-shown.js';
import type { RootPlan } from './rootfs/plan.js';
import { RunnerPool } from './runner/runner-pool.js';
import { startRunner } from './runner/start-runner.js';
import type { CompiledProfiles } from './seccomp/compiled-profiles.js';
import type { WorkerIdentity } from './slot/host-identity.js';
import { SlotPool } from './slot/slot-pool.js';

/** What every slot and cell of a sandbox is made with. */
export interface Means {
  readonly slots: number;
  /** The init program. */
  readonly image: number;
  readonly worker: WorkerIdentity;
  /** The root of slots for programs of the host. */
  readonly plan: RootPlan;
  readonly profiles: CompiledProfiles;
  readonly require: readonly CgroupController[];
  readonly runner: RunnerOptions | Error | undefined;
}

/** The slots of a sandbox. */
export interface Pools {
  readonly host: SlotPool;
  /** Undefined: none were asked for. An error: why there are none. */
  readonly runners: SlotPool | Error | undefined;
}

/** Cells in slots of this machine. */
export class NativeSandbox implements Sandbox {
  readonly abilities: SandboxAbilities;
  readonly #pools: Pools;
  readonly #runners: RunnerPool | undefined;
  readonly #means: Means;
  readonly #tree: OpenedTree['tree'];

  constructor(means: Means, { tree, finding }: OpenedTree, pools: Pools) {
    this.#pools = pools;
    this.#means = means;
    this.#tree = tree;
    const { tier, findings } = describeCgroup(finding);
    this.abilities = {
      tier,
      findings: [
        ...findings,
        ...describeShown(means.plan, pools.host.boundTree),
        ...findingsOf(pools.runners),
      ],
      enforcement: planEnforcement(tree?.kind),
      seccompProfiles: means.profiles.names,
      runtimes: RUNTIMES.filter((runtime) => runtime === 'native' || pools.runners instanceof SlotPool),
    };
    this.#runners = this.#keepRunners();
  }

  get slots(): number {
    return this.#pools.host.size;
  }

  get runners(): RunnerCounts | undefined {
    return this.#runners?.counts;
  }

  async openCell(plan: CellPlan, signal: AbortSignal): Promise<Cell> {
    const { profiles } = this.#means;
    if (plan.runner !== true) return await openInPool(this.#pools.host, { plan, profiles }, signal);
    if (this.#runners === undefined) throw noRunners(this.#pools.runners);
    const cell = await this.#runners.take(signal);
    cell.putFiles(plan.files);
    return cell;
  }

  async close(): Promise<void> {
    await this.#runners?.close();
    const { host, runners } = this.#pools;
    await Promise.all([host.close(), runners instanceof SlotPool ? runners.close() : undefined]);
    await this.#tree?.close();
    closeSync(this.#means.image);
  }

  #keepRunners(): RunnerPool | undefined {
    const { runner, profiles } = this.#means;
    const { runners } = this.#pools;
    if (runner === undefined || runner instanceof Error || !(runners instanceof SlotPool)) return undefined;
    return new RunnerPool({
      spare: runner.spare,
      start: async (signal) =>
        await startRunner({ pool: runners, program: runner.program, profiles }, signal),
    });
  }
}

function findingsOf(runners: Pools['runners']): readonly AbilityFinding[] {
  return runners instanceof Error ? [{ ability: 'wasi', message: noRunners(runners).message }] : [];
}

function noRunners(reason: Pools['runners']): InfrastructureError {
  const why = reason instanceof Error ? `: ${reason.message}` : '';
  return new InfrastructureError('sandbox-setup-failed', `WASI jobs cannot run on this worker${why}`);
}
