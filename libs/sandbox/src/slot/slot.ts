import { closeSync } from 'node:fs';
import { constants } from 'node:os';
import type { Limits } from '@sandlot/contract';
import { WORK_DIRECTORY, type CgroupController } from '@sandlot/engine';
import type { CellLeaf } from '../cgroup/cell-leaf.js';
import type { SlotCgroup } from '../cgroup/cgroup-tree.js';
import { deferred } from '../deferred.js';
import { lostError, setupError } from '../error/setup-error.js';
import { BodyWriter } from '../native/body-writer.js';
import { Channel } from '../native/channel.js';
import { slotKill, slotReap } from '../native/library.js';
import { REPORT, REQUEST, type Report } from '../native/protocol.js';
import { findBoundTree, type BoundTree } from '../rootfs/describe-shown.js';
import { planCell } from '../rootfs/plan-cell.js';
import { planRefresh } from '../rootfs/plan-refresh.js';
import { encodePlan, type RootPlan } from '../rootfs/plan.js';
import type { CellHost } from './cell-host.js';
import type { HostIdentity } from './host-identity.js';
import { launchSlot } from './launch-slot.js';
import { ShownNames } from './shown-names.js';

export interface SlotOptions {
  readonly image: number;
  readonly identity: HostIdentity;
  readonly plan: RootPlan;
  /** What each cell lays over it. @default planCell: that of programs of the host */
  readonly planCell?: (limits: Limits) => RootPlan;
  /** Where init and the cells are born, if anywhere. */
  readonly cgroup: SlotCgroup | undefined;
}

/**
 * One unit of concurrency: a running init that holds the namespaces which remember nothing of a payload, and
 * clones a cell for each job.
 */
export class Slot implements CellHost {
  readonly workDirectory = WORK_DIRECTORY;
  readonly controllers: ReadonlySet<CgroupController> = new Set();
  readonly identity: HostIdentity;
  readonly #channel: Channel;
  readonly #cgroup: SlotCgroup | undefined;
  readonly #plan: RootPlan;
  readonly #planCell: (limits: Limits) => RootPlan;
  /** Undefined: it shows no directory of the host. */
  readonly #names: ShownNames | undefined;
  readonly #cells = new Map<number, () => void>();
  readonly #ready = deferred<void>();
  #pidfd = -1;
  #nextCell = 1;
  #dead: Error | undefined;
  #boundTree: BoundTree | undefined;

  private constructor(channel: Channel, options: SlotOptions) {
    this.#channel = channel;
    this.#cgroup = options.cgroup;
    this.#plan = options.plan;
    this.#planCell = options.planCell ?? planCell;
    this.#names = this.#keepNames();
    this.identity = options.identity;
  }

  /** Launches init and has it build the root. @throws {InfrastructureError} `sandbox-setup-failed`. */
  static async start(options: SlotOptions): Promise<Slot> {
    const { channel, otherEnd } = Channel.create({
      onReport: (report) => slot.#onReport(report),
      onEnd: () => slot.#die(lostError('A slot')),
    });
    const slot = new Slot(channel, options);
    try {
      slot.#pidfd = await launchIn(options, otherEnd).finally(() => closeSync(otherEnd));
      channel.send(REQUEST.build, encodePlan(options.plan).finish());
      await slot.#ready.promise;
      return slot;
    } catch (error) {
      await slot.close();
      throw error;
    }
  }

  /** Why the slot can no longer be used, if so. */
  get dead(): Error | undefined {
    return this.#dead;
  }

  /** What of the host is shown by its own inodes, against the plan. */
  get boundTree(): BoundTree | undefined {
    return this.#boundTree;
  }

  /** A cgroup with these limits for one cell, if there are cgroups. The cell discards it. */
  createLeaf(limits: Limits): CellLeaf | undefined {
    return this.#cgroup?.createLeaf(limits);
  }

  /** Removes the cgroup of a cell that is gone. */
  discardLeaf(leaf: CellLeaf): void {
    this.#cgroup?.discard(leaf);
  }

  /**
   * Has init clone a cell, into the cgroup `leaf`, that will serve `socket` (init's end, the caller closes it) after
   * completing its root. Resolves when the cell's pid 1 has ended, or the slot has.
   */
  async openCell(socket: number, limits: Limits, leaf: CellLeaf | undefined): Promise<void> {
    if (this.#dead !== undefined) return;
    const id = this.#nextCell++;
    const gone = new Promise<void>((resolve) => this.#cells.set(id, resolve));
    const fds = leaf === undefined ? [socket] : [socket, leaf.fd];
    this.#channel.send(
      REQUEST.openCell,
      encodePlan(this.#planCell(limits), new BodyWriter().u32(id)).finish(),
      fds,
    );
    this.#names?.use();
    await gone;
  }

  /** Kills init, and with it every process of the slot. For a cell that does not end when told to. */
  kill(): void {
    if (this.#pidfd >= 0) slotKill(this.#pidfd, constants.signals.SIGKILL);
  }

  /** Ends the slot with every process in it and waits for that. */
  async close(): Promise<void> {
    this.#die(lostError('A slot'));
    this.#channel.close();
    const pidfd = this.#pidfd;
    this.#pidfd = -1;
    if (pidfd < 0) return;
    await new Promise<void>((resolve) => slotReap.async(pidfd, () => resolve()));
    closeSync(pidfd);
    await this.#cgroup?.removeInitLeaf();
  }

  #keepNames(): ShownNames | undefined {
    const refresh = planRefresh(this.#plan);
    if (refresh.length === 0) return undefined;
    return new ShownNames({
      forget: () => this.#channel.send(REQUEST.build, encodePlan(refresh).finish()),
      isInUse: () => this.#cells.size > 0,
    });
  }

  #onReport(report: Report): void {
    switch (report.kind) {
      case REPORT.ready:
        return this.#onReady(report);
      case REPORT.failed:
        return this.#die(setupError('a slot', report.error));
      case REPORT.cellGone:
        this.#cells.get(report.cell)?.();
        this.#cells.delete(report.cell);
        return;
      default:
        return this.#die(new Error(`Slot sent an unknown report ${report.kind}`));
    }
  }

  /** Of a refreshed root nothing new is said. */
  #onReady({ error }: Report): void {
    this.#boundTree ??= findBoundTree(this.#plan, error);
    this.#ready.resolve();
  }

  #die(reason: Error): void {
    this.#names?.close();
    this.#dead ??= reason;
    this.#ready.reject(this.#dead);
    for (const gone of this.#cells.values()) gone();
    this.#cells.clear();
  }
}

/** Launches init, in the slot's part of the cgroup tree where there is one. */
async function launchIn({ image, identity, cgroup }: SlotOptions, control: number): Promise<number> {
  const leaf = cgroup?.openInitLeaf();
  try {
    return await launchSlot({ image, control, cgroup: leaf, identity });
  } finally {
    if (leaf !== undefined) closeSync(leaf);
  }
}
