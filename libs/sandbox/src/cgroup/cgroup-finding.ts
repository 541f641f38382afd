import type { CgroupController } from '@sandlot/engine';

/** Where a subtree came from: named by the operator, the cgroup we live in, nowhere. */
export type CgroupSource = 'operator' | 'own' | 'none';

/** Steps on the way to cgroups for cells, and out of them, in order. */
export type CgroupStep = 'find' | 'make' | 'move' | 'enable' | 'clone' | 'kill';

/** What trying to get a cgroup subtree for cells came to. */
export interface CgroupFinding {
  readonly source: CgroupSource;
  /** The directory that was tried. */
  readonly directory?: string;
  /** What first went wrong: which step, on what path, errno. Absent if nothing did. */
  readonly failure?: CgroupFailure;
  /** Cgroups of ended workers that could not be removed. */
  readonly leftovers?: readonly string[];
  /** For each controller: enabled for cells, or why not. */
  readonly controllers: Readonly<Record<CgroupController, ControllerFinding>>;
}

export interface CgroupFailure {
  readonly step: CgroupStep;
  readonly path: string;
  /** Or, where no system call failed, in a word why it was not even tried. */
  readonly errno: string;
}

export interface ControllerFinding {
  readonly enabled: boolean;
  /** Why not. ENOENT: the level above does not offer it; `no-disk`: io, but no disk takes its limit, or not each. */
  readonly errno?: string;
}
