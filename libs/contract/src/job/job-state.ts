/**
 * States of a job. `scheduled`: waits for its time. `queued`: waits for a worker. `starting`: a worker holds
 * it and builds the cell. `running`: the payload runs. The others are terminal and never change again:
 * `succeeded` (exit code 0), `failed` (any other end of the payload), `cancelled`, `expired` (its deadline
 * passed before it ran), `dead` (Sandlot itself failed at it, every attempt).
 */
export const JOB_STATES = [
  'scheduled',
  'queued',
  'starting',
  'running',
  'succeeded',
  'failed',
  'cancelled',
  'expired',
  'dead',
] as const;

export type JobState = (typeof JOB_STATES)[number];

const TERMINAL: ReadonlySet<JobState> = new Set(['succeeded', 'failed', 'cancelled', 'expired', 'dead']);

/** Whether a job in this state has ended for good. */
export function isTerminal(state: JobState): boolean {
  return TERMINAL.has(state);
}
