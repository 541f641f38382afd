export { startWorker } from './start-worker.js';
export type { RunningWorker, WorkerOptions } from './start-worker.js';
export { showTier } from './metrics/tier-metrics.js';
