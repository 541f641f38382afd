import type { CgroupController, SandboxAbilities } from '@sandlot/engine';
import type { LeafKind } from '../cgroup/cell-leaf.js';

/**
 * What holds each limit, in cells with a cgroup of this kind or without one.
 *
 * A cgroup counts CPU time exactly, whatever controllers it has, and init kills at the limit; without one init looks
 * at the processes of the cell now and then.
 */
export function planEnforcement(leaves: LeafKind | undefined): SandboxAbilities['enforcement'] {
  const held: ReadonlySet<CgroupController> = leaves?.controllers ?? new Set();
  const clock = leaves === undefined ? 'sampled' : 'supervisor';
  return {
    wallTimeMs: 'supervisor',
    cpuTimeMs: clock,
    idleTimeMs: clock,
    cpuCores: held.has('cpu') ? 'cgroup' : 'none',
    cpuWeight: held.has('cpu') ? 'cgroup' : 'none',
    memoryBytes: held.has('memory') ? 'cgroup' : 'sampled',
    pids: held.has('pids') ? 'cgroup' : 'rlimit',
    outputBytes: 'supervisor',
    diskBytes: 'tmpfs',
    inodes: 'tmpfs',
    fileBytes: 'rlimit',
    openFiles: 'rlimit',
    stackBytes: 'rlimit',
    ioBytesPerSecond: held.has('io') ? 'cgroup' : 'none',
  };
}
