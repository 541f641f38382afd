import { isSuccess, type JobState, type Outcome } from '@sandlot/contract';

/** The terminal state that an outcome leads to. */
export function terminalState(outcome: Outcome): JobState {
  if (isSuccess(outcome)) return 'succeeded';
  if (outcome.kind === 'cancelled') return 'cancelled';
  if (outcome.kind === 'deadline-passed') return 'expired';
  return 'failed';
}
