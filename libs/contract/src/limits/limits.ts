import { z } from 'zod';
import { expected, expectedObject } from '../text/wording.js';

const KiB = 1024;
const MiB = 1024 * KiB;

/** One limit a job may ask for: its unit is in its name, its default and range are here and nowhere else. */
export interface LimitDefinition {
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly meaning: string;
}

/**
 * Every limit of a job. `max` is the ceiling of the product; an operator may set a lower one.
 *
 * Sources: setrlimit(2), tmpfs(5), cgroups(7). Sizes are bytes, times are milliseconds.
 */
export const LIMITS = {
  wallTimeMs: {
    default: 10_000,
    min: 1,
    max: 600_000,
    meaning:
      'Wall-clock time of one step. At the limit every process of the job is killed: timed-out (wall).',
  },
  cpuTimeMs: {
    default: 10_000,
    min: 1,
    max: 600_000,
    meaning: 'CPU time, user plus system, of one step. At the limit: timed-out (cpu).',
  },
  memoryBytes: {
    default: 256 * MiB,
    min: 1 * MiB,
    max: 64 * 1024 * MiB,
    meaning: 'Memory of the job. With a cgroup its total; by rlimit the private data of each process.',
  },
  pids: {
    default: 64,
    min: 1,
    max: 4096,
    meaning: 'Processes and threads alive at once. A fork beyond it fails with EAGAIN.',
  },
  outputBytes: {
    default: 1 * MiB,
    min: 0,
    max: 16 * MiB,
    meaning: 'Bytes of stdout, and as many of stderr. At the limit: output-exceeded, what fitted is kept.',
  },
  diskBytes: {
    default: 64 * MiB,
    min: 64 * KiB,
    max: 16 * 1024 * MiB,
    meaning:
      'Size of the work directory, /tmp and /dev/shm together (tmpfs). Writes beyond it fail with ENOSPC.',
  },
  inodes: {
    default: 16_384,
    min: 16,
    max: 1_048_576,
    meaning: 'Files and directories in the work directory, /tmp and /dev/shm together. Beyond it: ENOSPC.',
  },
  fileBytes: {
    default: 64 * MiB,
    min: 0,
    max: 16 * 1024 * MiB,
    meaning: 'Size of one file (RLIMIT_FSIZE). A write beyond it raises SIGXFSZ.',
  },
  openFiles: {
    default: 1024,
    min: 8,
    max: 65_536,
    meaning: 'Open descriptors of one process (RLIMIT_NOFILE). Beyond it: EMFILE.',
  },
  stackBytes: {
    default: 8 * MiB,
    min: 64 * KiB,
    max: 1024 * MiB,
    meaning: 'Main-thread stack of one process (RLIMIT_STACK). Beyond it: SIGSEGV.',
  },
} as const satisfies Record<string, LimitDefinition>;

export type LimitName = keyof typeof LIMITS;

/** Names of all limits, in documentation order. */
export const LIMIT_NAMES = Object.keys(LIMITS) as readonly LimitName[];

/** All limits of a job with defaults filled in. */
export type Limits = Readonly<Record<LimitName, number>>;

/** Limits as a client sends them: each one optional, none other accepted. */
export const limitsSchema = z.strictObject(
  // every name of the closed list is set, with the schema of its limit
  Object.fromEntries(LIMIT_NAMES.map((name) => [name, limitField(LIMITS[name])])) as Record<
    LimitName,
    ReturnType<typeof limitField>
  >,
  { error: expectedObject('an object of limits, such as {"wallTimeMs": 5000}', LIMIT_NAMES) },
);

export type RequestedLimits = z.infer<typeof limitsSchema>;

function limitField({ default: fallback, min, max, meaning }: LimitDefinition) {
  return z
    .int({ error: expected(`an integer from ${min} to ${max}`) })
    .min(min)
    .max(max)
    .optional()
    .meta({ description: meaning, default: fallback });
}
