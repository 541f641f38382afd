import type { Client } from '@sandlot/client';
import type { JobDocument } from '@sandlot/contract';
import { formatDuration } from '../option/duration.js';
import type { StatusLine } from '../terminal/status-line.js';

const TICK_MS = 1_000;

export interface WaitOptions {
  readonly line: StatusLine;
  /** When the wait began, for the clock that is shown. Unit: ms since 1970. */
  readonly begun: number;
  readonly signal: AbortSignal;
}

/**
 * Waits for a job's end and shows its state meanwhile.
 *
 * @throws the reason of `signal` if it aborts; {@link ConnectionError} if the service stays away.
 */
export async function waitForJob(
  client: Client,
  job: JobDocument,
  { line, begun, signal }: WaitOptions,
): Promise<JobDocument> {
  if (job.finishedAt !== undefined) return job;
  let state = job.state;
  const show = () => line.update(`sandlot: job ${job.id} ${state}`, ` ${secondsSince(begun)}`);
  const timer = setInterval(show, TICK_MS);
  try {
    // The events tell all states from the first one on, so nothing needs to be shown before them.
    for await (const { event } of client.events(job.id, { signal })) {
      if (event.type !== 'state') continue;
      state = event.state;
      show();
    }
    return await client.get(job.id, { signal });
  } finally {
    clearInterval(timer);
    line.clear();
  }
}

function secondsSince(begun: number): string {
  return formatDuration(Math.round((Date.now() - begun) / 1_000) * 1_000);
}
