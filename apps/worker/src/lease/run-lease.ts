import {
  executePlan,
  loadSpec,
  planJob,
  storeArtifacts,
  storeBytes,
  sumUsage,
  type CollectedOutput,
  type JobResult,
  type JobStore,
  type Lease,
  type PlannableJob,
  type RunReport,
  type Sandbox,
  type StoredOutput,
} from '@sandlot/engine';
import type { WorkerMetrics } from '../metrics/worker-metrics.js';
import { OutputPublisher } from '../output/output-publisher.js';
import { refuseUnheld } from './refuse-unheld.js';

export interface RunLeaseOptions {
  readonly store: JobStore;
  readonly sandbox: Sandbox;
  readonly metrics: WorkerMetrics;
  /** Runs jobs whatever limits of theirs nothing can hold. */
  readonly allowUnenforced: boolean;
}

/**
 * Runs a leased job in a cell of its own: contents from the store, output out as events, all of it kept.
 *
 * @throws {InfrastructureError} if Sandlot failed; the reason of the lease's signal if it aborts before a cell
 * was free.
 */
export async function runLease(lease: Lease, options: RunLeaseOptions): Promise<JobResult> {
  const leasedAt = performance.now();
  if (!options.allowUnenforced) refuseUnheld(lease.record.spec, options.sandbox);
  const queueMs = Math.max(0, Date.now() - Date.parse(lease.record.queuedAt));
  const job = await loadSpec(options.store, lease.record.id, lease.record.spec);
  const loadMs = performance.now() - leasedAt;
  const report = await runInCell(lease, job, loadMs, options);
  const hasArtifacts = (job.artifacts ?? []).length > 0;
  return {
    outcome: report.outcome,
    steps: report.steps,
    output: await storeOutput(options.store, lease.record.id, report),
    usage: sumUsage(report.steps, { queueMs, setupMs: loadMs + report.setupMs }),
    enforcement: report.enforcement,
    tier: report.tier,
    ...(hasArtifacts
      ? { artifacts: await storeArtifacts(options.store, lease.record.id, lease.attempt, report.artifacts) }
      : {}),
  };
}

async function runInCell(
  lease: Lease,
  job: PlannableJob,
  loadMs: number,
  { sandbox, metrics }: RunLeaseOptions,
): Promise<RunReport> {
  const begun = performance.now();
  const publisher = new OutputPublisher(lease.attempt, (event) => lease.publish(event));
  let started = false;
  const onStarted = () => {
    started = true;
    metrics.cellStarted(loadMs + performance.now() - begun);
    lease.started();
  };
  try {
    return await executePlan(
      sandbox,
      planJob(job, identity(lease)),
      { onStarted, onOutput: (step, stream, chunk) => publisher.add(step, stream, chunk) },
      lease.signal,
    );
  } finally {
    publisher.flush();
    if (started) metrics.cellEnded();
  }
}

/** What a payload may know of its own job: enough to make side effects outside idempotent. */
function identity({ record, attempt }: Lease): Readonly<Record<string, string>> {
  return { SANDLOT_JOB_ID: record.id, SANDLOT_ATTEMPT: String(attempt) };
}

async function storeOutput(
  store: JobStore,
  jobId: string,
  { stdout, stderr }: RunReport,
): Promise<JobResult['output']> {
  const keep = async (name: string, { bytes, truncated }: CollectedOutput): Promise<StoredOutput> => ({
    content: await storeBytes(store, jobId, name, bytes),
    truncated,
  });
  return { stdout: await keep('stdout', stdout), stderr: await keep('stderr', stderr) };
}
