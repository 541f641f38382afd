import type { Logger } from 'pino';
import type { BlobSweeper } from './blob-sweeper.js';

/** A sweep asks the queue about every job that has blobs: with many of them the pauses grow, to 20 times the work. */
const PAUSE_PER_WORK = 20;

export interface SweepingOptions {
  readonly sweeper: Pick<BlobSweeper, 'sweep'>;
  /** Pause between two sweeps, at least. Unit: ms. */
  readonly intervalMs: number;
  readonly logger: Logger;
}

/** Sweeps now and again and again until `stop`, which waits for a sweep under way. */
export function startSweeping(options: SweepingOptions): { stop(): Promise<void> } {
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void>;
  const next = async (): Promise<void> => {
    const begun = performance.now();
    await sweepOnce(options, stopping.signal);
    const pauseMs = Math.max(options.intervalMs, PAUSE_PER_WORK * (performance.now() - begun));
    if (stopping.signal.aborted) return;
    timer = setTimeout(() => {
      running = next();
    }, pauseMs);
    timer.unref();
  };
  running = next();
  return {
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      await running;
    },
  };
}

/** Never rejects: leftovers cost space, no more, and the next sweep finds them again. */
async function sweepOnce({ sweeper, logger }: SweepingOptions, signal: AbortSignal): Promise<void> {
  try {
    const removed = await sweeper.sweep(Date.now(), signal);
    if (removed > 0) logger.debug({ removed }, 'removed the blobs of jobs that are gone');
  } catch (error) {
    logger.warn({ err: error }, 'could not sweep the store, trying again later');
  }
}
