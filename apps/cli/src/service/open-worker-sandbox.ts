import { isWorseTier, type Sandbox } from '@sandlot/engine';
import { examineHost } from '@sandlot/sandbox';
import type { ServiceConfig } from '../config/read-config.js';
import { openSandbox } from '../sandbox/open-sandbox.js';
import { refuseUnheldMaxima } from './refuse-unheld-maxima.js';
import { standstillOf, toStandstill, type Standstill } from './standstill.js';

/** What a worker has to run jobs in, or why it takes none. */
export type WorkerSandbox = { readonly sandbox: Sandbox } | { readonly standstill: Standstill };

/**
 * Starts the sandbox of a worker. Where the operator names a worst tier, a host of a worse one is no reason to end:
 * the worker is to stay and say why it takes no jobs, for an orchestrator would only start it again.
 *
 * @throws {Error} worded for the operator, for any other reason.
 */
export async function openWorkerSandbox(config: ServiceConfig, version: string): Promise<WorkerSandbox> {
  const sandbox = await tryToOpen(config, version);
  if ('standstill' in sandbox) return sandbox;
  const { abilities } = sandbox.sandbox;
  const { minimumTier } = config;
  try {
    if (minimumTier === undefined || !isWorseTier(abilities.tier, minimumTier)) {
      refuseUnheldMaxima(config, abilities);
      return sandbox;
    }
  } catch (error) {
    await sandbox.sandbox.close();
    throw error;
  }
  await sandbox.sandbox.close();
  // What runs WASI jobs does not count for a tier.
  const missing = abilities.findings.filter(({ ability }) => ability !== 'wasi');
  return { standstill: toStandstill(abilities.tier, minimumTier, missing) };
}

async function tryToOpen(config: ServiceConfig, version: string): Promise<WorkerSandbox> {
  const { minimumTier, cgroup, subordinateIds } = config;
  try {
    return { sandbox: await openSandbox(config, config.concurrency) };
  } catch (error) {
    if (minimumTier === undefined) throw error;
    const report = await examineHost({ cgroup, subordinateIds, version });
    const standstill = standstillOf(report, minimumTier);
    if (standstill === undefined) throw error;
    return { standstill };
  }
}
