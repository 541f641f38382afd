import { hostname } from 'node:os';
import type { Sandbox } from '@sandlot/engine';
import { showTier, startWorker } from '@sandlot/worker';
import type { WorkerFacts } from './describe-service.js';
import type { Base } from './open-base.js';
import type { WorkerSandbox } from './open-worker-sandbox.js';
import type { Standstill } from './standstill.js';

const LONGEST_SWEEP_MS = 60_000;

/** Starts the worker; one without a sandbox only says that it takes no jobs. */
export async function addWorker(base: Base, worker: WorkerSandbox): Promise<WorkerFacts> {
  const name = `${hostname()}-${process.pid}`;
  if ('sandbox' in worker) return await addRunningWorker(base, name, worker.sandbox);
  return addStandingWorker(base, name, worker.standstill);
}

async function addRunningWorker(base: Base, name: string, sandbox: Sandbox): Promise<WorkerFacts> {
  const { queue, store, registry, logger, config, closing } = base;
  const { concurrency, allowUnenforced, graceMs, retention } = config;
  // Blobs shall not outlive their records much, however short these live.
  const sweepMs = Math.min(LONGEST_SWEEP_MS, retention.ageMs);
  const worker = await startWorker({
    queue,
    store,
    sandbox,
    worker: name,
    concurrency,
    allowUnenforced,
    logger,
    registry,
    sweepMs,
  });
  closing.push(async () => await worker.close({ graceMs }));
  return { name, slots: sandbox.slots, abilities: sandbox.abilities };
}

function addStandingWorker({ registry, logger }: Base, name: string, standstill: Standstill): WorkerFacts {
  showTier(standstill.tier, registry)(false);
  logger.error({ worker: name, tier: standstill.tier }, `no jobs are taken: ${standstill.reason}`);
  return { name, standstill };
}
