import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { JobDocument, JobSpec, OutputStream } from '@sandlot/contract';
import {
  executePlan,
  loadSpec,
  planJob,
  storeArtifacts,
  storeBytes,
  storeSpec,
  sumUsage,
  terminalState,
  toDocument,
  type CollectedFile,
  type CollectedOutput,
  type JobResult,
  type JobStore,
  type RunReport,
  type Sandbox,
  type StepInput,
  type StoredOutput,
  type StoredSpec,
} from '@sandlot/engine';
import { countBytes } from './count-bytes.js';
import { localLimits } from './local-limits.js';
import { createMemoryStore } from './memory-store.js';

export interface LocalRun {
  /** With one program, whose stdin is the one beside this. */
  readonly spec: JobSpec;
  readonly stdin: StepInput;
  /** Runs though nothing here can hold a limit of the job. */
  readonly allowUnenforced: boolean;
  readonly onOutput: (stream: OutputStream, chunk: Uint8Array) => void | Promise<void>;
  readonly signal: AbortSignal;
}

/** How a run ended, and what came out of its cell beside its output. */
export interface LocalEnd {
  readonly document: JobDocument;
  readonly artifacts: readonly CollectedFile[];
}

/**
 * Runs one job in a cell here and now, without queue or service, and words its end as the service would.
 *
 * @throws {CommandError} if its limits cannot be held here; {@link InfrastructureError} if Sandlot failed; the
 * reason of `signal` if it aborts before the cell was begun.
 */
export async function runLocally(sandbox: Sandbox, run: LocalRun): Promise<LocalEnd> {
  const store = createMemoryStore();
  const id = randomUUID();
  const limits = localLimits(run.spec, sandbox, run.allowUnenforced);
  const spec = await storeSpec(store, id, run.spec, limits);
  const stdin = countBytes(run.stdin);
  const job = await loadSpec(store, id, spec);
  const plan = planJob({ ...job, steps: job.steps.map((step) => ({ ...step, stdin: stdin.input })) });
  const startedAt = new Date().toISOString();
  const report = await executePlan(
    sandbox,
    plan,
    { onStarted: () => {}, onOutput: (_step, stream, chunk) => run.onOutput(stream, chunk) },
    run.signal,
  );
  const steps = spec.steps.map((step) => ({ ...step, stdin: { ...step.stdin, bytes: stdin.bytes() } }));
  return {
    document: await describeRun({ id, spec: { ...spec, steps }, startedAt, report }, store),
    artifacts: report.artifacts.files,
  };
}

async function describeRun(
  run: {
    readonly id: string;
    readonly spec: StoredSpec;
    readonly startedAt: string;
    readonly report: RunReport;
  },
  store: JobStore,
): Promise<JobDocument> {
  const { id, spec, startedAt, report } = run;
  const endedAt = new Date().toISOString();
  return await toDocument(
    {
      id,
      spec,
      state: terminalState(report.outcome),
      createdAt: startedAt,
      queuedAt: startedAt,
      startedAt,
      finishedAt: endedAt,
      cancelRequested: report.outcome.kind === 'cancelled',
      attempts: [{ number: 1, worker: hostname(), startedAt, endedAt }],
      result: await toResult(id, report, store, spec.artifacts !== undefined),
    },
    store,
  );
}

async function toResult(
  id: string,
  report: RunReport,
  store: JobStore,
  hasArtifacts: boolean,
): Promise<JobResult> {
  const keep = async (name: string, { bytes, truncated }: CollectedOutput): Promise<StoredOutput> => ({
    content: await storeBytes(store, id, name, bytes),
    truncated,
  });
  return {
    outcome: report.outcome,
    steps: report.steps,
    output: { stdout: await keep('stdout', report.stdout), stderr: await keep('stderr', report.stderr) },
    usage: sumUsage(report.steps, { queueMs: 0, setupMs: report.setupMs }),
    enforcement: report.enforcement,
    tier: report.tier,
    ...(hasArtifacts ? { artifacts: await storeArtifacts(store, id, 1, report.artifacts) } : {}),
  };
}
