import { MAX_PATH_BYTES, type ArtifactRequest, type Limits, type SeccompProfile } from '@sandlot/contract';
import type { StoredWasi } from '../job/job-record.js';
import {
  WORK_DIRECTORY,
  type CellFile,
  type CellPlan,
  type StepInput,
  type StepPlan,
} from '../sandbox/sandbox.js';

/** What the payload finds in its environment unless the job says otherwise. */
export const DEFAULT_ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: WORK_DIRECTORY,
  LANG: 'C.UTF-8',
};

/** A job with its contents at hand, ready to be planned. */
export interface PlannableJob {
  /** Of every step, unless that has its own. */
  readonly env: Readonly<Record<string, string>>;
  /** Of the cell. */
  readonly limits: Limits;
  readonly files: readonly { readonly path: string; readonly mode: string; readonly content: Uint8Array }[];
  readonly steps: readonly PlannableStep[];
  /** Absent: the sandbox's own choice. */
  readonly seccomp?: SeccompProfile;
  /** @default false */
  readonly explain?: boolean;
  /** @default none */
  readonly artifacts?: readonly ArtifactRequest[];
  /** Of a job that runs a WebAssembly module: `argv` of its one step are its path and arguments. */
  readonly wasi?: StoredWasi;
}

export interface PlannableStep {
  readonly name: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly limits: Limits;
  readonly stdin: StepInput;
}

/** Everything that will happen for a job, as data: one cell, steps in order, then what is taken out of it. */
export interface JobPlan {
  readonly cell: CellPlan;
  readonly steps: readonly StepPlan[];
  readonly artifacts: readonly ArtifactRequest[];
}

/**
 * Turns a job into its plan. Pure: equal jobs give equal plans.
 *
 * @param own Variables of Sandlot's own, laid over whatever job and steps say of them.
 */
export function planJob(job: PlannableJob, own: Readonly<Record<string, string>> = {}): JobPlan {
  const { limits, wasi } = job;
  const files = job.files.map(planFile);
  // A module finds nothing of this machine, so no variable may speak of it.
  const usual = wasi === undefined ? DEFAULT_ENVIRONMENT : {};
  return {
    cell: { limits, files, ...(wasi === undefined ? {} : { runner: true }) },
    steps: job.steps.map(({ env, ...step }) => ({
      ...planStep(step, { ...usual, ...job.env, ...env, ...own }),
      explain: job.explain ?? false,
      ...(job.seccomp === undefined ? {} : { seccomp: job.seccomp }),
      ...(wasi === undefined ? {} : { wasi }),
    })),
    artifacts: job.artifacts ?? [],
  };
}

function planStep(
  { name, argv, limits, stdin }: Omit<PlannableStep, 'env'>,
  environment: PlannableStep['env'],
): Omit<StepPlan, 'explain' | 'seccomp'> {
  return {
    name,
    argv,
    candidates: planCandidates(argv[0] ?? '', environment['PATH'] ?? ''),
    env: Object.entries(environment).map(([variable, value]) => `${variable}=${value}`),
    limits,
    stdin,
  };
}

function planFile({ path, mode, content }: PlannableJob['files'][number]): CellFile {
  return { path, mode: Number.parseInt(mode, 8), content };
}

/** PATH directories that count; later ones are passed over, so that a plan stays small whatever PATH says. */
const MAX_DIRECTORIES = 64;

/**
 * Where to look for a program: itself if it has a slash, otherwise below each directory of PATH (execvp(3)), an
 * empty one being the work directory. Of PATH the first 64 different directories count, without any that makes
 * a path longer than 4,095 bytes. At least one candidate.
 */
export function planCandidates(program: string, path: string): readonly string[] {
  if (program.includes('/')) return [program];
  const directories = new Set(path.split(':').map((directory) => (directory === '' ? '.' : directory)));
  const candidates = [...directories]
    .slice(0, MAX_DIRECTORIES)
    .map((directory) => `${directory}/${program}`)
    .filter((candidate) => Buffer.byteLength(candidate) <= MAX_PATH_BYTES);
  return candidates.length > 0 ? candidates : [`./${program}`];
}
