import type { JobQueue, JobStore, Sandbox } from '@sandlot/engine';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { handleLease } from './lease/handle-lease.js';
import { showEnforcement } from './metrics/enforcement-metrics.js';
import { showRunners } from './metrics/runner-metrics.js';
import { showTier } from './metrics/tier-metrics.js';
import { createWorkerMetrics } from './metrics/worker-metrics.js';
import { BlobSweeper } from './sweep/blob-sweeper.js';
import { startSweeping } from './sweep/start-sweeping.js';

export interface WorkerOptions {
  readonly queue: JobQueue;
  readonly store: JobStore;
  readonly sandbox: Sandbox;
  /** Name of this worker in attempts and logs; unique among those on one queue. */
  readonly worker: string;
  /** Jobs run at once. More than `sandbox.slots` would only wait for a slot with a lease in hand. */
  readonly concurrency: number;
  /** Runs jobs whatever limits of theirs nothing can hold, instead of refusing the attempt. @default false */
  readonly allowUnenforced?: boolean;
  readonly logger: Logger;
  /** Where metrics are registered. @default none are kept */
  readonly registry?: Registry;
  /**
   * How often the blobs of jobs whose record is gone are looked for. Unit: ms; with very many of them the pauses
   * are longer. @default 60_000
   */
  readonly sweepMs?: number;
}

const SWEEP_MS = 60_000;

export interface RunningWorker {
  /**
   * Takes no more jobs, lets running ones end for up to `graceMs`, kills the rest and gives them back. Queue,
   * store and sandbox stay open: they belong to the caller.
   */
  close(options: { readonly graceMs: number }): Promise<void>;
}

/** Leases jobs from the queue and runs each in a cell of its own, until closed. */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { queue, store, sandbox, worker, concurrency, allowUnenforced = false } = options;
  const logger = options.logger.child({ worker });
  const metrics = createWorkerMetrics(options.registry);
  const showReady = options.registry === undefined ? () => {} : showSandbox(sandbox, options.registry);
  const { tier, findings } = sandbox.abilities;
  logger[findings.length === 0 ? 'info' : 'warn']({ tier, findings }, 'isolation of cells');
  const sweeper = new BlobSweeper({ queue, store });
  const consumer = await queue.consume({
    worker,
    concurrency,
    handle: async (lease) => {
      try {
        return await handleLease(lease, { store, sandbox, metrics, allowUnenforced, logger });
      } finally {
        sweeper.noteSeen(lease.record.id);
      }
    },
    onError: (error) => logger.error({ err: error }, 'the queue failed; the worker goes on trying'),
  });
  showReady(true);
  const sweeping = startSweeping({ sweeper, intervalMs: options.sweepMs ?? SWEEP_MS, logger });
  return {
    async close({ graceMs }) {
      showReady(false);
      await Promise.all([consumer.close({ graceMs }), sweeping.stop()]);
    },
  };
}

function showSandbox(sandbox: Sandbox, registry: Registry): (isTakingJobs: boolean) => void {
  showEnforcement(sandbox.abilities.enforcement, registry);
  showRunners(sandbox, registry);
  return showTier(sandbox.abilities.tier, registry);
}
