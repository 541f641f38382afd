import type { Limits } from '@sandlot/contract';
import type { CgroupController } from '@sandlot/engine';
import type { CellLeaf } from '../cgroup/cell-leaf.js';
import type { BoundTree } from '../rootfs/describe-shown.js';
import type { HostIdentity } from './host-identity.js';

/** Where cells are opened, one after the other. */
export interface CellHost {
  /** Who a payload is outside. */
  readonly identity: HostIdentity;
  /** Path of the job's files, as init finds it in the cell. */
  readonly workDirectory: string;
  /** Of a cell without a cgroup: controllers that something else stands in for, so that no rlimit has to. */
  readonly controllers: ReadonlySet<CgroupController>;
  /** What of the host is shown by its own inodes, against the plan. */
  readonly boundTree?: BoundTree | undefined;
  /** Why no cell can be opened any more, if so. */
  readonly dead: Error | undefined;

  /** A cgroup with these limits for one cell, if there are cgroups. The cell discards it. */
  createLeaf(limits: Limits): CellLeaf | undefined;
  /** Removes the cgroup of a cell that is gone. */
  discardLeaf(leaf: CellLeaf): void;
  /**
   * Starts a cell, in the cgroup `leaf`, that serves `socket` (its end, the caller closes it). Resolves when nothing of the
   * cell is left.
   */
  openCell(socket: number, limits: Limits, leaf: CellLeaf | undefined): Promise<void>;
  /** Kills whatever runs. For a cell that does not end when told to. */
  kill(): void;
  /** Ends everything and waits for that. */
  close(): Promise<void>;
}
