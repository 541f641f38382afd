import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { OutcomeKind } from '@sandlot/contract';
import type { InfrastructureCode } from '@sandlot/engine';

/** Set-up takes about 1 ms warm, tens under load, seconds when something is wrong. */
const SETUP_BUCKETS_SECONDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 5];

/** What a worker counts. */
export interface WorkerMetrics {
  jobFinished(outcome: OutcomeKind): void;
  attemptFailed(code: InfrastructureCode): void;
  cellStarted(setupMs: number): void;
  cellEnded(): void;
}

/** Registers the worker's metrics; without a registry nothing is counted. */
export function createWorkerMetrics(registry?: Registry): WorkerMetrics {
  if (registry === undefined) return UNCOUNTED;
  const registers = [registry];
  const finished = new Counter({
    name: 'sandlot_jobs_finished_total',
    help: 'Jobs whose payload has ended here, by the kind of outcome.',
    labelNames: ['outcome'],
    registers,
  });
  const failed = new Counter({
    name: 'sandlot_attempts_failed_total',
    help: 'Attempts that ended by a failure of Sandlot, not of the payload, by its code.',
    labelNames: ['code'],
    registers,
  });
  const running = new Gauge({
    name: 'sandlot_cells_running',
    help: 'Cells whose payload runs now.',
    registers,
  });
  const setup = new Histogram({
    name: 'sandlot_cell_setup_seconds',
    help: 'From the lease of a job until its payload was executed.',
    buckets: SETUP_BUCKETS_SECONDS,
    registers,
  });
  return {
    jobFinished: (outcome) => finished.inc({ outcome }),
    attemptFailed: (code) => failed.inc({ code }),
    cellStarted: (setupMs) => {
      running.inc();
      setup.observe(setupMs / 1_000);
    },
    cellEnded: () => running.dec(),
  };
}

const UNCOUNTED: WorkerMetrics = {
  jobFinished: () => {},
  attemptFailed: () => {},
  cellStarted: () => {},
  cellEnded: () => {},
};
