import type { Outcome } from '@sandlot/contract';
import {
  InfrastructureError,
  LEASE_ENDS,
  enforcementOf,
  sumUsage,
  toInfrastructureError,
  type JobResult,
  type Lease,
  type LeaseEnd,
  type Sandbox,
  type StoredOutput,
} from '@sandlot/engine';
import type { Logger } from 'pino';
import { runLease, type RunLeaseOptions } from './run-lease.js';

/**
 * Runs one attempt at a job and says how it ended; each end is logged once.
 *
 * A lease that ends early leaves no process behind before anything else happens. `cancelled` is then an outcome
 * like any other. A lost lease and a draining worker are no outcomes: the job belongs to another attempt, unless
 * the payload had already ended by itself before the drain, in which case that end stands.
 *
 * @throws {InfrastructureError} if Sandlot failed; the queue decides on another attempt.
 */
export async function handleLease(
  lease: Lease,
  options: RunLeaseOptions & { readonly logger: Logger },
): Promise<JobResult> {
  const logger = options.logger.child({ jobId: lease.record.id, attempt: lease.attempt });
  try {
    const result = await runUnlessEnded(lease, options, logger);
    options.metrics.jobFinished(result.outcome.kind);
    logger.info(describeEnd(result), 'job ended');
    return result;
  } catch (thrown) {
    const failure = toInfrastructureError(thrown);
    options.metrics.attemptFailed(failure.code);
    if (failure.code === 'worker-draining') logger.info('job given back: this worker is shutting down');
    else logger.error({ err: failure, code: failure.code }, 'attempt failed');
    throw failure;
  }
}

async function runUnlessEnded(lease: Lease, options: RunLeaseOptions, logger: Logger): Promise<JobResult> {
  let result: JobResult;
  try {
    result = await runLease(lease, options);
  } catch (thrown) {
    const end = endOf(lease.signal);
    if (end === undefined) throw thrown;
    if (thrown instanceof Error) logger.debug({ err: thrown, end }, 'the lease ended during this failure');
    return concludeEnd(end, cancelledBeforeStart(lease, options.sandbox));
  }
  const end = endOf(lease.signal);
  const endedByItself = result.outcome.kind !== 'cancelled' && end !== 'lease-lost';
  return end === undefined || endedByItself ? result : concludeEnd(end, result);
}

/** What an early end of the lease makes of the attempt; by now its cell is dead. */
function concludeEnd(end: LeaseEnd, cancelled: JobResult): JobResult {
  switch (end) {
    case 'cancelled':
      return cancelled;
    case 'lease-lost':
      throw new InfrastructureError(
        'lease-lost',
        'The lease of this job lapsed, so another worker may hold it: the cell was killed, its result dropped. If this recurs, give the worker more CPU or a nearer queue.',
      );
    case 'worker-draining':
      throw new InfrastructureError(
        'worker-draining',
        'This worker is shutting down and killed the cell: the job goes back to the queue.',
      );
    default:
      return end satisfies never;
  }
}

function endOf(signal: AbortSignal): LeaseEnd | undefined {
  if (!signal.aborted) return undefined;
  return LEASE_ENDS.find((end) => end === signal.reason) ?? 'lease-lost';
}

function cancelledBeforeStart({ record }: Lease, sandbox: Sandbox): JobResult {
  const nothing: StoredOutput = { content: { kind: 'inline', base64: '', bytes: 0 }, truncated: false };
  const queueMs = Math.max(0, Date.now() - Date.parse(record.queuedAt));
  return {
    outcome: { kind: 'cancelled' },
    steps: [],
    output: { stdout: nothing, stderr: nothing },
    usage: sumUsage([], { queueMs, setupMs: 0 }),
    enforcement: enforcementOf(
      record.spec.steps.map(({ limits }) => limits),
      sandbox.abilities,
      record.spec.wasi === undefined ? 'native' : 'wasi',
    ),
    tier: sandbox.abilities.tier,
  };
}

function describeEnd({ outcome, usage }: JobResult): Readonly<Record<string, unknown>> {
  return {
    outcome: outcome.kind,
    ...detailOf(outcome),
    wallMs: Math.round(usage.wallMs),
    cpuMs: Math.round(usage.cpuUserMs + usage.cpuSystemMs),
  };
}

function detailOf(outcome: Outcome): Readonly<Record<string, unknown>> {
  if (outcome.kind === 'exited') return { exitCode: outcome.exitCode };
  if (outcome.kind === 'signaled') return { signal: outcome.signal };
  return {};
}
