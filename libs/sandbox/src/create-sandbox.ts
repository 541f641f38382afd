import { closeSync, readdirSync } from 'node:fs';
import type { Cell, CellPlan, Sandbox, SandboxAbilities } from '@sandlot/engine';
import { NativeCell } from './cell/native-cell.js';
import { RLIMIT_ENFORCEMENT } from './limits/enforcement.js';
import { createInitImage } from './native/library.js';
import { readHostTree } from './rootfs/host-tree.js';
import { planSlot } from './rootfs/plan-slot.js';
import { hostIdentity } from './slot/host-identity.js';
import { SlotPool } from './slot/slot-pool.js';
import { Slot } from './slot/slot.js';

export interface SandboxOptions {
  /** Cells that can be open at once. Range 1–1024. */
  readonly slots: number;
}

/**
 * Starts a sandbox: its slots run when it resolves.
 *
 * @throws {InfrastructureError} `sandbox-setup-failed` with the step, errno and remedy, if this host cannot do it.
 */
export async function createSandbox({ slots }: SandboxOptions): Promise<Sandbox> {
  if (!Number.isInteger(slots) || slots < 1 || slots > 1024) {
    throw new RangeError(`Expected 1–1024 slots, got ${slots}`);
  }
  const image = createInitImage();
  const plan = planSlot(readHostTree(() => readdirSync('/etc')));
  const worker = { uid: process.geteuid!(), gid: process.getegid!(), pid: process.pid };
  const start = (index: number) =>
    Slot.start({ image, plan, identity: hostIdentity(index, worker), cgroup: undefined });
  try {
    return new NativeSandbox(await SlotPool.create(slots, start), image);
  } catch (error) {
    closeSync(image);
    throw error;
  }
}

class NativeSandbox implements Sandbox {
  readonly abilities: SandboxAbilities = { tier: 'T1', enforcement: RLIMIT_ENFORCEMENT };
  readonly #pool: SlotPool;
  readonly #image: number;

  constructor(pool: SlotPool, image: number) {
    this.#pool = pool;
    this.#image = image;
  }

  get slots(): number {
    return this.#pool.size;
  }

  async openCell(plan: CellPlan, signal: AbortSignal): Promise<Cell> {
    const slot = await this.#pool.acquire(signal);
    try {
      return new NativeCell({ slot, plan, cgroup: undefined, onGone: () => this.#pool.release(slot) });
    } catch (error) {
      this.#pool.release(slot);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#pool.close();
    closeSync(this.#image);
  }
}
