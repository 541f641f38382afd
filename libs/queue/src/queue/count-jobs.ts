import type { JobState } from '@sandlot/contract';
import type { Backing } from '../backing/backing.js';
import { parseLedger } from '../ledger/ledger.js';
import type { BullQueue } from './job-reader.js';

/** Counts jobs by state: waiting ones as BullMQ has them, active ones by their ledgers, ended ones as noted. */
export async function countJobs(
  queue: BullQueue,
  { producer, tally }: Pick<Backing, 'producer'> & { readonly tally: Backing['tally'] },
): Promise<Readonly<Partial<Record<JobState, number>>>> {
  const [counts, { ended, cancelledInQueue }, activeIds] = await Promise.all([
    queue.getJobCounts('waiting', 'prioritized', 'delayed', 'failed'),
    tally(),
    queue.getRanges(['active'], 0, -1),
  ]);
  const ledgers = await producer.ledgers.read(activeIds);
  const running = ledgers.filter((text) => text !== undefined && parseLedger(text).running).length;
  const waiting = (counts['waiting'] ?? 0) + (counts['prioritized'] ?? 0) + (counts['delayed'] ?? 0);
  return {
    ...ended,
    queued: Math.max(0, waiting - cancelledInQueue),
    starting: activeIds.length - running,
    running,
    cancelled: (ended.cancelled ?? 0) + cancelledInQueue,
    dead: counts['failed'] ?? 0,
  };
}
