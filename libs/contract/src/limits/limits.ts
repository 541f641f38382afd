import { z } from 'zod';
import { expected, expectedObject } from '../text/wording.js';

const KiB = 1024;
const MiB = 1024 * KiB;

/** One limit a job may ask for: its unit is in its name, its default and range are here and nowhere else. */
export interface LimitDefinition {
  /** Absent: there is no such limit unless the job asks for one, or the operator set a maximum. */
  readonly default?: number;
  readonly min: number;
  readonly max: number;
  /** The difference between one value and the next. @default 1: whole numbers */
  readonly step?: number;
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
    meaning: 'CPU time, user plus system, of all processes of one step. At the limit: timed-out (cpu).',
  },
  idleTimeMs: {
    min: 100,
    max: 600_000,
    meaning:
      'Time in which a step neither uses CPU time, 1 ms at least, nor writes output. At the limit: timed-out (idle). Without it a step may wait for its whole wall time.',
  },
  cpuCores: {
    min: 0.01,
    max: 1024,
    step: 0.01,
    meaning:
      'Cores that a job may keep busy, such as 0.5 or 2 (cpu.max); it is slowed down, not ended. Needs a cgroup. Without it: all there are.',
  },
  cpuWeight: {
    min: 1,
    max: 10_000,
    meaning:
      'Share of the CPU beside other jobs while there is not enough for all; 100 is usual (cpu.weight). Needs a cgroup.',
  },
  memoryBytes: {
    default: 256 * MiB,
    min: 1 * MiB,
    max: 64 * 1024 * MiB,
    meaning:
      'Memory of the job with everything it holds, its files in /box, /tmp and /dev/shm too; swap is never used. Beyond it: memory-exceeded. Without a cgroup an allocation of one process beyond it fails, and the sum of all is measured now and then.',
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
    meaning:
      'Main-thread stack of one process (RLIMIT_STACK). Beyond it: SIGSEGV. Of a module: its calls, 6.9 MiB at most; beyond it: wasm-trap.',
  },
  ioBytesPerSecond: {
    min: 64 * KiB,
    max: 64 * 1024 * MiB,
    meaning:
      'Bytes a second read from, and as many written to, each disk (io.max); what is cached in memory does not count. Needs a cgroup with the io controller. Without it: no limit.',
  },
} as const satisfies Record<string, LimitDefinition>;

export type LimitName = keyof typeof LIMITS;

/** Names of all limits, in documentation order. */
export const LIMIT_NAMES = Object.keys(LIMITS) as readonly LimitName[];

/** Limits that a job has only if somebody asked for them. */
export type OptionalLimitName = {
  [Name in LimitName]: (typeof LIMITS)[Name] extends { readonly default: number } ? never : Name;
}[LimitName];

/** All limits of a job with defaults filled in. */
export type Limits = Readonly<
  Record<Exclude<LimitName, OptionalLimitName>, number> & Partial<Record<OptionalLimitName, number>>
>;

/** The limits of a job that asks for none. */
export const DEFAULT_LIMITS: Limits = Object.fromEntries(
  LIMIT_NAMES.flatMap((name) => {
    const { default: fallback }: LimitDefinition = LIMITS[name];
    return fallback === undefined ? [] : [[name, fallback]];
  }),
) as Limits; // every limit that has a default was just set

/** Limits as a client sends them: each one optional, none other accepted. */
export const limitsSchema = z.strictObject(
  // every name of the closed list is set, with the schema of its limit
  Object.fromEntries(LIMIT_NAMES.map((name) => [name, limitField(LIMITS[name])])) as Record<
    LimitName,
    ReturnType<typeof limitField>
  >,
  { error: expectedObject('an object of limits, such as {"wallTimeMs": 5000}', LIMIT_NAMES) },
);

/** Limits that the whole cell has: its steps share one disk. */
const CELL_LIMITS = ['diskBytes', 'inodes'] as const satisfies readonly LimitName[];

const notOfAStep = z
  .never({
    error: 'Belongs to the whole job, since all its steps share the files; set it in "limits" of the job',
  })
  .optional()
  .meta({ description: 'Not for a step: the whole job has one disk.' });

/** Limits of one step as a client sends them. */
export const stepLimitsSchema = limitsSchema.extend(
  // every name of the closed list is set
  Object.fromEntries(CELL_LIMITS.map((name) => [name, notOfAStep])) as Record<
    (typeof CELL_LIMITS)[number],
    typeof notOfAStep
  >,
);

export type RequestedLimits = z.infer<typeof limitsSchema>;

function limitField(limit: LimitDefinition) {
  const { default: fallback, meaning } = limit;
  return limitNumber(limit)
    .optional()
    .meta({ description: meaning, ...(fallback === undefined ? {} : { default: fallback }) });
}

function limitNumber({ min, max, step = 1 }: LimitDefinition): z.ZodNumber {
  if (step === 1)
    return z
      .int({ error: expected(`an integer from ${min} to ${max}`) })
      .min(min)
      .max(max);
  const error = expected(`a number from ${min} to ${max} in steps of ${step}`);
  return z.number({ error }).min(min).max(max).multipleOf(step, { error });
}
