import { DEFAULT_LIMITS, type Limits } from '@sandlot/contract';

const MiB = 1024 * 1024;

/**
 * A program of ours that is started in a cell before there is a job for it. It says when it is ready and then waits for its
 * message; what it runs is whatever the message says, so from then on it counts as hostile.
 *
 * It is started with an empty environment and five descriptors: stdin, stdout and stderr of the job, 3 to read its message
 * from until end of file, 4 to write to: first one line when it is ready, later its record.
 */
export interface RunnerProgram {
  /** Everything that its cell's root shows beside the work directory, read-only; absolute paths. */
  readonly files: readonly RunnerFile[];
  /** The first is its path in the cell. */
  readonly argv: readonly string[];
  /** Memory that it takes for itself, beside what it runs. Unit: bytes */
  readonly ownMemoryBytes: number;
  /** The same of private memory that can be written to (RLIMIT_DATA), where no cgroup holds memory. */
  readonly ownDataBytes: number;
  /** Its own threads. */
  readonly ownPids: number;
  /** Its own descriptors. */
  readonly ownOpenFiles: number;
}

export interface RunnerFile {
  /** Path on this host. */
  readonly source: string;
  /** Path in the cell. */
  readonly path: string;
}

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
