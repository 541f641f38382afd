import type { JobDocument } from '@sandlot/contract';
import { isWorseTier, toInfrastructureError } from '@sandlot/engine';
import type { DoctorReport } from '@sandlot/sandbox';
import type { SandboxConfig } from '../config/sandbox-config.js';
import { describeOutcome } from '../outcome/describe-outcome.js';
import { runLocally } from '../run/run-locally.js';
import { openSandbox } from '../sandbox/open-sandbox.js';
import { checkSpec } from '../spec/check-spec.js';
import { HELLO, HELLO_MODULE } from '../spec/hello-module.js';

/** Whether WASI modules run here. */
export interface WasiReport {
  /**
   * `would-run-without-namespaces`: the operator has not allowed that yet; `off`: the operator wants none, so that it was not
   * tried.
   */
  readonly status: 'runs' | 'runs-without-namespaces' | 'would-run-without-namespaces' | 'failed' | 'off';
  /** If it failed: why, and what to do. */
  readonly message?: string;
}

/**
 * Runs a small module as a worker would that is started with these settings, but for its cgroup: this process stays in
 * its own. What its cgroup could do for that worker is in `host`.
 */
export async function examineWasi(
  config: SandboxConfig,
  host: Pick<DoctorReport, 'tier' | 'findings'>,
  signal: AbortSignal,
): Promise<WasiReport> {
  const refusal = refusedBy(config, host);
  if (refusal !== undefined) return { status: 'failed', message: refusal };
  try {
    const document = await runModule(config, signal);
    return toReport(document, config.minimumTier === 'T4');
  } catch (error) {
    signal.throwIfAborted();
    return { status: 'failed', message: toInfrastructureError(error).message };
  }
}

/** What these settings ask of a host, and this one has not: no job runs then. */
function refusedBy(
  { minimumTier, require }: SandboxConfig,
  { tier, findings }: Pick<DoctorReport, 'tier' | 'findings'>,
): string | undefined {
  if (minimumTier !== undefined && isWorseTier(tier, minimumTier))
    return `SANDLOT_MINIMUM_TIER=${minimumTier} lets no job run where the tier is ${tier}.`;
  const missing = require.filter((name) =>
    findings.some(({ ability, status }) => ability === `cgroup-${name}` && status !== 'ok'),
  );
  if (missing.length === 0) return undefined;
  return `SANDLOT_REQUIRE asks for what no cgroup here holds: ${missing.join(', ')}. Without it no worker starts.`;
}

async function runModule(config: SandboxConfig, signal: AbortSignal): Promise<JobDocument> {
  const options = { ...config, cgroup: 'none', require: [], minimumTier: 'T4', wasiRunners: 0 } as const;
  const sandbox = await openSandbox(options, 1);
  try {
    const { document } = await runLocally(sandbox, {
      spec: checkSpec(HELLO_MODULE),
      stdin: new Uint8Array(),
      allowUnenforced: true,
      onOutput: () => {},
      signal,
    });
    return document;
  } finally {
    await sandbox.close();
  }
}

function toReport({ outcome, output, tier }: JobDocument, isAllowed: boolean): WasiReport {
  if (outcome === undefined) throw new Error('Expected the end of a run to have an outcome');
  const hasExited = outcome.kind === 'exited' && outcome.exitCode === 0;
  const hasSaid = output?.stdout.encoding === 'utf8' && output.stdout.text === HELLO;
  if (!hasExited || !hasSaid) return { status: 'failed', message: `It ${describeOutcome(outcome)}.` };
  if (tier !== 'T4') return { status: 'runs' };
  return { status: isAllowed ? 'runs-without-namespaces' : 'would-run-without-namespaces' };
}
