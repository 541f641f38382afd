import { isTerminal } from '@sandlot/contract';
import type { JobQueue } from '@sandlot/engine';

/** Resolves when the job has ended or `signal` aborts, whichever is first. */
export async function waitForEnd(
  queue: Pick<JobQueue, 'events'>,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  for await (const { event } of queue.events(id, { signal })) {
    if (event.type === 'state' && isTerminal(event.state)) return;
  }
}
