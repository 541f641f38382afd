import type { JobState } from '@sandlot/contract';

/** As the contract has it (a test compares); repeated here so that using the client does not load zod. */
const TERMINAL: ReadonlySet<JobState> = new Set(['succeeded', 'failed', 'cancelled', 'expired', 'dead']);

/** Whether a job in this state has ended for good. */
export function isTerminal(state: JobState): boolean {
  return TERMINAL.has(state);
}
