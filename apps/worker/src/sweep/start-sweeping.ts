import type { JobQueue, JobStore } from '@sandlot/engine';
import type { Logger } from 'pino';
import { sweepBlobs } from './sweep-blobs.js';

const INTERVAL_MS = 3_600_000;

/** Sweeps now and every hour until `stop`, which waits for a sweep under way. */
export function startSweeping(options: {
  readonly queue: JobQueue;
  readonly store: JobStore;
  readonly logger: Logger;
}): { stop(): Promise<void> } {
  const stopping = new AbortController();
  let running = sweepOnce(options, stopping.signal);
  const timer = setInterval(() => {
    running = running.then(() => sweepOnce(options, stopping.signal));
  }, INTERVAL_MS);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      stopping.abort();
      await running;
    },
  };
}

/** Never rejects: leftovers cost space, no more, and the next sweep finds them again. */
async function sweepOnce(
  { queue, store, logger }: { readonly queue: JobQueue; readonly store: JobStore; readonly logger: Logger },
  signal: AbortSignal,
): Promise<void> {
  try {
    const removed = await sweepBlobs({ queue, store, now: Date.now(), signal });
    if (removed > 0) logger.info({ removed }, 'removed the blobs of jobs that are gone');
  } catch (error) {
    logger.warn({ err: error }, 'could not sweep the store; trying again in an hour');
  }
}
