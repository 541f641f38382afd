import { encodeOutput, type AcceptedStep, type JobDocument, type Output } from '@sandlot/contract';
import type { JobStore } from '../store/job-store.js';
import type {
  JobRecord,
  JobResult,
  StoredArtifacts,
  StoredOutput,
  StoredSpec,
  StoredStep,
} from './job-record.js';
import { loadBytes } from './store-bytes.js';

/** A job as everybody sees it, from what the queue and the store keep. */
export async function toDocument(record: JobRecord, store: JobStore): Promise<JobDocument> {
  const { id, tenant, state, reason, createdAt, queuedAt, startedAt, finishedAt } = record;
  const { cancelRequested, result } = record;
  return {
    id,
    ...(tenant === undefined ? {} : { tenant }),
    state,
    ...(reason === undefined ? {} : { reason }),
    createdAt,
    queuedAt,
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(finishedAt === undefined ? {} : { finishedAt }),
    cancelRequested,
    spec: describeSpec(record.spec),
    ...(result === undefined
      ? { ...endWithoutRun(record), steps: [] }
      : await describeResult(id, result, store)),
    attempts: [...record.attempts],
    labels: record.spec.labels,
  };
}

/** A job that was cancelled or expired before it ran has an outcome, though no step. */
function endWithoutRun({ state }: JobRecord): Pick<JobDocument, 'outcome'> {
  if (state === 'cancelled') return { outcome: { kind: 'cancelled' } };
  return state === 'expired' ? { outcome: { kind: 'deadline-passed' } } : {};
}

function describeSpec(spec: StoredSpec): JobDocument['spec'] {
  return {
    ...describeProgram(spec),
    files: spec.files.map(({ path, mode, content }) => ({ path, mode, bytes: content.bytes })),
    env: spec.env,
    limits: spec.limits,
    ...(spec.seccomp === undefined ? {} : { seccomp: spec.seccomp }),
    ...(spec.explain === undefined ? {} : { explain: spec.explain }),
    labels: spec.labels,
    ...(spec.artifacts === undefined ? {} : { artifacts: [...spec.artifacts] }),
  };
}

type DescribedProgram = Pick<
  JobDocument['spec'],
  'runtime' | 'argv' | 'stdin' | 'steps' | 'module' | 'args' | 'wasiEngine' | 'optimize' | 'preopens'
>;

function describeProgram({ form, steps, wasi }: StoredSpec): DescribedProgram {
  const described = steps.map(describeStep);
  const [program] = described;
  if (form === 'steps' || program === undefined) return { runtime: 'native', steps: described };
  const { argv, stdin } = program;
  if (wasi === undefined) return { runtime: 'native', argv, stdin };
  const [module, ...args] = argv;
  const { engine: wasiEngine, optimize, preopens } = wasi;
  return {
    runtime: 'wasi',
    ...(module === undefined ? {} : { module }),
    args,
    stdin,
    wasiEngine,
    optimize,
    preopens: [...preopens],
  };
}

function describeStep({ name, argv, stdin, env, limits }: StoredStep): AcceptedStep {
  return { name, argv: [...argv], stdin: { bytes: stdin.bytes }, env, limits };
}

async function describeResult(
  id: string,
  { outcome, steps, output, usage, enforcement, tier, artifacts }: JobResult,
  store: JobStore,
): Promise<
  Pick<
    JobDocument,
    'outcome' | 'output' | 'steps' | 'usage' | 'enforcement' | 'tier' | 'artifacts' | 'artifactsLeftOut'
  >
> {
  const load = async ({ content, truncated }: StoredOutput): Promise<Output> =>
    encodeOutput(await loadBytes(store, id, content), truncated);
  return {
    outcome,
    steps: [...steps],
    output: { stdout: await load(output.stdout), stderr: await load(output.stderr) },
    usage,
    enforcement,
    ...(tier === undefined ? {} : { tier }),
    ...(artifacts === undefined ? {} : describeArtifacts(artifacts)),
  };
}

function describeArtifacts({
  files,
  leftOut,
}: StoredArtifacts): Pick<JobDocument, 'artifacts' | 'artifactsLeftOut'> {
  return {
    artifacts: files.map(({ path, sha256, content }) => ({ path, bytes: content.bytes, sha256 })),
    artifactsLeftOut: [...leftOut],
  };
}
