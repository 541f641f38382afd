import type { Limits } from '@sandlot/contract';

/** A resource limit as setrlimit(2) takes it. */
export interface Rlimit {
  readonly name: RlimitName;
  readonly soft: number;
  readonly hard: number;
}

/** Resource numbers of Linux, the same on x86-64 and arm64 (asm-generic/resource.h). */
export const RLIMIT = {
  CPU: 0,
  FSIZE: 1,
  DATA: 2,
  STACK: 3,
  CORE: 4,
  NPROC: 6,
  NOFILE: 7,
  MEMLOCK: 8,
  MSGQUEUE: 12,
} as const;
export type RlimitName = keyof typeof RLIMIT;

/** Init of the slot and of the cell have the payload's uid and count with it. */
const OWN_PROCESSES = 2;
const MEMLOCK_BYTES = 64 * 1024;

/**
 * The rlimits of a step. RLIMIT_NPROC counts the processes of our uid in the slot's user namespace (Linux ≥
 * 5.14), so slots do not disturb each other as long as all of them stay below the worker's own RLIMIT_NPROC, which
 * counts too. RLIMIT_DATA counts private writable memory of each process, not the sum of all. RLIMIT_CPU counts
 * whole seconds of each process, so it is rounded up.
 */
export function planRlimits(limits: Limits): readonly Rlimit[] {
  const cpuSeconds = Math.ceil(limits.cpuTimeMs / 1000);
  const pids = limits.pids + OWN_PROCESSES;
  return [
    { name: 'CPU', soft: cpuSeconds, hard: cpuSeconds + 1 },
    same('FSIZE', limits.fileBytes),
    same('DATA', limits.memoryBytes),
    same('STACK', limits.stackBytes),
    same('CORE', 0),
    same('NPROC', pids),
    same('NOFILE', limits.openFiles),
    same('MEMLOCK', MEMLOCK_BYTES),
    same('MSGQUEUE', 0),
  ];
}

function same(name: RlimitName, value: number): Rlimit {
  return { name, soft: value, hard: value };
}
