import type { JobDocument } from '@sandlot/contract';
import { toInfrastructureError } from '@sandlot/engine';
import type { SandboxConfig } from '../config/sandbox-config.js';
import { describeOutcome } from '../outcome/describe-outcome.js';
import { runLocally } from '../run/run-locally.js';
import { openSandbox } from '../sandbox/open-sandbox.js';
import { checkSpec } from '../spec/check-spec.js';
import { HELLO_MODULE } from '../spec/hello-module.js';

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
 * its own.
 */
export async function examineWasi(config: SandboxConfig, signal: AbortSignal): Promise<WasiReport> {
  if (config.wasiRunners === 'off') return { status: 'off' };
  try {
    const document = await runModule(config, signal);
    return toReport(document, config.minimumTier === 'T4');
  } catch (error) {
    signal.throwIfAborted();
    return { status: 'failed', message: toInfrastructureError(error).message };
  }
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

function toReport({ outcome, tier }: JobDocument, isAllowed: boolean): WasiReport {
  if (outcome === undefined) throw new Error('Expected the end of a run to have an outcome');
  if (outcome.kind !== 'exited') return { status: 'failed', message: describeOutcome(outcome) };
  if (tier !== 'T4') return { status: 'runs' };
  return { status: isAllowed ? 'runs-without-namespaces' : 'would-run-without-namespaces' };
}
