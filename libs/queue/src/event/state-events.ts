import { isTerminal, type StateEvent } from '@sandlot/contract';
import type { JobRecord } from '@sandlot/engine';

/** The event of a job's acceptance. */
export function acceptedEvent({ queuedAt }: Pick<JobRecord, 'queuedAt'>): StateEvent {
  return { type: 'state', state: 'queued', at: queuedAt };
}

/** The event of a record's terminal state. */
export function endEvent(record: JobRecord): StateEvent {
  const { state, reason, result, finishedAt, queuedAt, attempts } = record;
  const attempt = attempts.at(-1)?.number;
  const outcome = result?.outcome ?? (state === 'cancelled' ? ({ kind: 'cancelled' } as const) : undefined);
  return {
    type: 'state',
    state,
    at: finishedAt ?? queuedAt,
    ...(attempt === undefined ? {} : { attempt }),
    ...(reason === undefined ? {} : { reason }),
    ...(outcome === undefined ? {} : { outcome }),
  };
}

export function isEnd(event: { readonly type: string; readonly state?: StateEvent['state'] }): boolean {
  return event.type === 'state' && event.state !== undefined && isTerminal(event.state);
}
