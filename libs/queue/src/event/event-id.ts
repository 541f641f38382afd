/**
 * Place of an event in a job's history: `<attempt>-<seq>`. Ids grow, and a Redis stream takes them as its own
 * ids, so a worker whose attempt is over cannot write behind its successor.
 */
export interface EventId {
  readonly attempt: number;
  readonly seq: number;
}

/** Before every event. */
export const BEGINNING: EventId = { attempt: 0, seq: 0 };
/** The event `queued` of acceptance: never stored, always told from the record. */
export const ACCEPTED: EventId = { attempt: 0, seq: 1 };
/** Sequence of a terminal event told from the record: behind every stored one. */
export const REBUILT_END_SEQ = 1_000_000_000_000;

export function formatEventId({ attempt, seq }: EventId): string {
  return `${attempt}-${seq}`;
}

/** Reads an id as a client sent it; anything else means "from the beginning". */
export function parseEventId(text: string | undefined): EventId {
  const match = /^(\d{1,10})-(\d{1,15})$/.exec(text ?? '');
  if (match === null) return BEGINNING;
  return { attempt: Number(match[1]), seq: Number(match[2]) };
}

export function isAfter(a: EventId, b: EventId): boolean {
  return a.attempt > b.attempt || (a.attempt === b.attempt && a.seq > b.seq);
}
