import { DEFAULT_LIMITS, type Limits } from '@sandlot/contract';
import type { RunnerProgram } from '@sandlot/engine';

const MiB = 1024 * 1024;

/** What a runner may take until there is a job: enough to start. */
export const HELD_LIMITS: Limits = {
  ...DEFAULT_LIMITS,
  memoryBytes: 1024 * MiB,
  pids: 128,
  openFiles: 4096,
};

/** CPU time in which a runner starts. RLIMIT_CPU counts it, our own clock does not. */
const START_CPU_MS = 5_000;

/** The limits of a step that a runner runs: those of the job, and what the runner takes itself. */
export function withRunner(limits: Limits, program: RunnerProgram): Limits {
  return {
    ...limits,
    memoryBytes: limits.memoryBytes + program.ownMemoryBytes,
    pids: limits.pids + program.ownPids,
    openFiles: limits.openFiles + program.ownOpenFiles,
  };
}

/** The same as far as the kernel holds the process alone to them (setrlimit(2)). */
export function rlimitsWithRunner(limits: Limits, program: RunnerProgram): Limits {
  return {
    ...withRunner(limits, program),
    memoryBytes: limits.memoryBytes + program.ownDataBytes,
    cpuTimeMs: limits.cpuTimeMs + START_CPU_MS,
  };
}
