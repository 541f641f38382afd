import type { Limits } from '@sandlot/contract';
import type { CgroupController } from '@sandlot/engine';

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
  SIGPENDING: 11,
  MSGQUEUE: 12,
} as const;
export type RlimitName = keyof typeof RLIMIT;

/** Init of the slot and of the cell have the payload's uid and count with it. */
const OWN_PROCESSES = 2;
/**
 * No core dump, and none for the host’s handler either: a limit of 0 does not keep the kernel from starting a program that
 * core_pattern names, 1 does (fs/coredump.c). Init's filter keeps payloads from changing it.
 */
const NO_CORE_BYTES = 1;
const MEMLOCK_BYTES = 64 * 1024;
/** Queued signals and timers: the host counts them by uid, which slots share, as far as they share that. */
const PENDING_SIGNALS = 1024;
/** Init's own clock is exact and ends the step first; RLIMIT_CPU is for the day it cannot. */
const CPU_SLACK_SECONDS = 1;

/**
 * The rlimits of a step, beside the controllers that its cgroup has. What a cgroup holds as a whole needs no limit of
 * each process: that would only be met first, and tell nobody.
 *
 * RLIMIT_NPROC counts the processes of our uid in the slot's user namespace (Linux ≥ 5.14), so slots do not disturb
 * each other as long as all of them stay below the worker's own RLIMIT_NPROC, which counts too. RLIMIT_DATA counts
 * private writable memory of each process, not the sum of all. RLIMIT_CPU counts whole seconds of each process.
 */
export function planRlimits(limits: Limits, controllers: ReadonlySet<CgroupController>): readonly Rlimit[] {
  const cpuSeconds = Math.ceil(limits.cpuTimeMs / 1000) + CPU_SLACK_SECONDS;
  return [
    { name: 'CPU', soft: cpuSeconds, hard: cpuSeconds + 1 },
    same('FSIZE', limits.fileBytes),
    ...(controllers.has('memory') ? [] : [same('DATA', limits.memoryBytes)]),
    same('STACK', limits.stackBytes),
    same('CORE', NO_CORE_BYTES),
    ...(controllers.has('pids') ? [] : [same('NPROC', limits.pids + OWN_PROCESSES)]),
    same('NOFILE', limits.openFiles),
    same('MEMLOCK', MEMLOCK_BYTES),
    same('SIGPENDING', PENDING_SIGNALS),
    same('MSGQUEUE', 0),
  ];
}

function same(name: RlimitName, value: number): Rlimit {
  return { name, soft: value, hard: value };
}
