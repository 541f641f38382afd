import type { JobQueue, JobStore, Sandbox } from '@sandlot/engine';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { handleLease } from './lease/handle-lease.js';
import { createWorkerMetrics } from './metrics/worker-metrics.js';
import { startSweeping } from './sweep/start-sweeping.js';

export interface WorkerOptions {
  readonly queue: JobQueue;
  readonly store: JobStore;
  readonly sandbox: Sandbox;
  /** Name of this worker in attempts and logs; unique among those on one queue. */
  readonly worker: string;
  /** Jobs run at once. More than `sandbox.slots` would only wait for a slot with a lease in hand. */
  readonly concurrency: number;
  readonly logger: Logger;
  /** Where metrics are registered. @default none are kept */
  readonly registry?: Registry;
}

export interface RunningWorker {
  /**
   * Takes no more jobs, lets running ones end for up to `graceMs`, kills the rest and gives them back. Queue,
   * store and sandbox stay open: they belong to the caller.
   */
  close(options: { readonly graceMs: number }): Promise<void>;
}

/** Leases jobs from the queue and runs each in a cell of its own, until closed. */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { queue, store, sandbox, worker, concurrency } = options;
  const logger = options.logger.child({ worker });
  const metrics = createWorkerMetrics(options.registry);
  const consumer = await queue.consume({
    worker,
    concurrency,
    handle: (lease) => handleLease(lease, { store, sandbox, metrics, logger }),
    onError: (error) => logger.error({ err: error }, 'the queue failed; the worker goes on trying'),
  });
  const sweeping = startSweeping({ queue, store, logger });
  return {
    async close({ graceMs }) {
      await Promise.all([consumer.close({ graceMs }), sweeping.stop()]);
    },
  };
}
