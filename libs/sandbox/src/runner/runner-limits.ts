import { DEFAULT_LIMITS, LIMITS, type Limits } from '@sandlot/contract';
import type { RunnerProgram } from '@sandlot/engine';

/**
 * What a runner may take until there is a job. Nobody can raise a hard limit again (setrlimit(2)), so that it is as much as
 * any job may ask for, and what the runner takes beside it.
 */
export const HELD_LIMITS: Limits = {
  ...DEFAULT_LIMITS,
  cpuTimeMs: 2 * LIMITS.cpuTimeMs.max,
  memoryBytes: 2 * LIMITS.memoryBytes.max,
  pids: 2 * LIMITS.pids.max,
  openFiles: 2 * LIMITS.openFiles.max,
  fileBytes: LIMITS.fileBytes.max,
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

/**
 * The same as far as the kernel holds the process alone to them (setrlimit(2)). The stack is the engine's to hold: below its
 * own limit the kernel would end it by a signal.
 */
export function rlimitsWithRunner(limits: Limits, program: RunnerProgram): Limits {
  return {
    ...withRunner(limits, program),
    memoryBytes: limits.memoryBytes + program.ownDataBytes,
    cpuTimeMs: limits.cpuTimeMs + START_CPU_MS,
    stackBytes: HELD_LIMITS.stackBytes,
  };
}
