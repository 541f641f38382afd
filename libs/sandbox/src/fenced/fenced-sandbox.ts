import {
  InfrastructureError,
  type Cell,
  type CellPlan,
  type RunnerCounts,
  type Sandbox,
  type SandboxAbilities,
} from '@sandlot/engine';
import { RunnerPool } from '../runner/runner-pool.js';
import { startRunner } from '../runner/start-runner.js';
import { fencedProfile } from '../seccomp/compiled-profiles.js';
import { SlotPool } from '../slot/slot-pool.js';
import type { FencedOptions } from './create-fenced-sandbox.js';
import { FENCED_ENFORCEMENT } from './fenced-enforcement.js';
import { FencedScratch } from './fenced-scratch.js';
import { FencedSlot } from './fenced-slot.js';

/**
 * Cells without namespaces, for runners alone: programs that are trusted to keep a guest in, and held by Landlock, a
 * system call filter and resource limits should they not.
 */
export class FencedSandbox implements Sandbox {
  readonly abilities: SandboxAbilities;
  readonly slots: number;
  readonly #scratch: FencedScratch;
  readonly #pool: SlotPool;
  readonly #runners: RunnerPool;

  private constructor({ slots, reason }: FencedOptions, scratch: FencedScratch, pools: FencedPools) {
    this.slots = slots;
    this.#scratch = scratch;
    this.#pool = pools.cells;
    this.#runners = pools.runners;
    this.abilities = {
      tier: 'T4',
      findings: [{ ability: 'user-namespace', message: reason }],
      enforcement: FENCED_ENFORCEMENT,
      seccompProfiles: [],
      runtimes: ['wasi'],
    };
  }

  /** @throws {InfrastructureError} why no runner can be started here. */
  static async start(options: FencedOptions): Promise<FencedSandbox> {
    const scratch = new FencedScratch();
    try {
      const pools = await startPools(options, scratch);
      return new FencedSandbox(options, scratch, pools);
    } catch (error) {
      scratch.close();
      throw error;
    }
  }

  get runners(): RunnerCounts {
    return this.#runners.counts;
  }

  async openCell(plan: CellPlan, signal: AbortSignal): Promise<Cell> {
    if (plan.runner !== true) throw nativeRefusal();
    const cell = await this.#runners.take(signal);
    cell.putFiles(plan.files);
    return cell;
  }

  async close(): Promise<void> {
    await this.#runners.close();
    await this.#pool.close();
    this.#scratch.close();
  }
}

interface FencedPools {
  readonly cells: SlotPool;
  readonly runners: RunnerPool;
}

async function startPools({ slots, runner }: FencedOptions, scratch: FencedScratch): Promise<FencedPools> {
  const { argv, files } = scratch.place(runner.program);
  const count = slots + runner.spare;
  const cells = await SlotPool.create(count, async () => new FencedSlot({ scratch, files }));
  const means = { pool: cells, program: { ...runner.program, argv }, profiles: fencedProfile() };
  const start = async (signal: AbortSignal) => await startRunner(means, signal);
  // What keeps one from starting keeps all of them.
  const first = await start(new AbortController().signal);
  await first.close();
  return { cells, runners: new RunnerPool({ spare: runner.spare, start }) };
}

function nativeRefusal(): InfrastructureError {
  return new InfrastructureError(
    'sandbox-setup-failed',
    'Native programs need namespaces, which this worker does not have: it runs WASI jobs alone. See `sandlot doctor`.',
  );
}
