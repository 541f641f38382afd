import type { JobState } from '@sandlot/contract';
import { terminalState, type JobResult } from '@sandlot/engine';

/** The terminal state that a completed job's return value stands for. null: it was cancelled before it ran. */
export function endStateOf(returnValue: unknown): JobState | undefined {
  if (returnValue === null) return 'cancelled';
  // BullMQ's own tests of this backend complete jobs with other values.
  const outcome = (returnValue as Partial<JobResult>)?.outcome;
  return outcome === undefined ? undefined : terminalState(outcome);
}
