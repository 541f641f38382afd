import type { Limits } from '@sandlot/contract';
import type { Operation, RootPlan } from './plan.js';

/** Files of /proc that tell of the host and not of the cell, covered where they exist. */
const MASKED_PROC_FILES = [
  'interrupts',
  'kcore',
  'keys',
  'latency_stats',
  // Open file description locks have no pid, so it shows those of everybody.
  'locks',
  'sched_debug',
  'sysrq-trigger',
  'timer_list',
] as const;

/** Directories of the tmpfs that are ours: its root and the three places it is shown at. */
export const OWN_INODES = 4;

/**
 * What a cell lays over its slot's root: one tmpfs of the job's size, shown as the work directory, /tmp and
 * /dev/shm, and a /proc of its own. /proc is read-only: a payload is uid 0 of its namespaces, and some of
 * /proc/sys belongs to that uid.
 */
export function planCell(limits: Limits): RootPlan {
  return [
    ...planScratch(limits),
    { op: 'mountProc', path: 'proc', readOnly: true },
    ...MASKED_PROC_FILES.map((name): Operation => ({
      op: 'bind',
      source: '/dev/null',
      path: `proc/${name}`,
      optional: true,
    })),
  ];
}

/** That of a runner: the same, but of /proc it has its own processes alone. Only init looks at them. */
export function planRunnerCell(limits: Limits): RootPlan {
  return [...planScratch(limits), { op: 'mountProc', path: 'proc', readOnly: true, pidsOnly: true }];
}

function planScratch(limits: Limits): RootPlan {
  return [
    {
      op: 'mountTmpfs',
      path: 'scratch',
      sizeBytes: limits.diskBytes,
      inodes: limits.inodes + OWN_INODES,
      mode: 0o755,
    },
    ...scratch('box', 'box', 0o755),
    ...scratch('tmp', 'tmp', 0o1777),
    ...scratch('shm', 'dev/shm', 0o1777),
  ];
}

function scratch(name: string, path: string, mode: number): readonly Operation[] {
  return [
    { op: 'makeDirectory', path: `scratch/${name}`, mode },
    { op: 'bind', source: `/scratch/${name}`, path, writable: true },
  ];
}
