import { encodeOutput, OUTPUT_STREAMS, type JobEvent, type OutputEvent } from '@sandlot/contract';
import type { JobRecord, JobResult, StoredEvent } from '@sandlot/engine';
import { ACCEPTED, formatEventId, isAfter, REBUILT_END_SEQ, type EventId } from './event-id.js';
import { acceptedEvent, endEvent } from './state-events.js';

const STARTING_SEQ = 1;
const OUTPUT_SEQ = 3;
/** A requeue is told behind what else an attempt told. */
const REQUEUED_SEQ = REBUILT_END_SEQ - 1;

/** The essence of a finished job's history after `after`, told from its record: states, and output kept inline. */
export function rebuildEvents(record: JobRecord, after: EventId): readonly StoredEvent[] {
  return essence(record)
    .filter(({ id }) => isAfter(id, after))
    .map(({ id, event }) => ({ id: formatEventId(id), event }));
}

interface Placed {
  readonly id: EventId;
  readonly event: JobEvent;
}

function essence(record: JobRecord): readonly Placed[] {
  const attempt = record.attempts.at(-1)?.number ?? 0;
  return [
    { id: ACCEPTED, event: acceptedEvent(record) },
    ...attemptEvents(record),
    ...(record.result === undefined ? [] : outputEvents(record.result, attempt)),
    { id: { attempt, seq: REBUILT_END_SEQ }, event: endEvent(record) },
  ];
}

function attemptEvents({ attempts }: JobRecord): readonly Placed[] {
  return attempts.flatMap(({ number, startedAt, endedAt, cause }, index) => {
    const starting: Placed = {
      id: { attempt: number, seq: STARTING_SEQ },
      event: { type: 'state', state: 'starting', at: startedAt, attempt: number },
    };
    if (index === attempts.length - 1 || endedAt === undefined) return [starting];
    const reason = cause === undefined ? {} : { reason: `${cause.code}: ${cause.message}` };
    const queued: Placed = {
      id: { attempt: number, seq: REQUEUED_SEQ },
      event: { type: 'state', state: 'queued', at: endedAt, attempt: number, ...reason },
    };
    return [starting, queued];
  });
}

function outputEvents(result: JobResult, attempt: number): readonly Placed[] {
  const step = result.steps.at(-1)?.name ?? 'run';
  return OUTPUT_STREAMS.flatMap((stream, index) => {
    const { content, truncated } = result.output[stream];
    if (content.kind !== 'inline' || content.bytes === 0) return [];
    const output = encodeOutput(Buffer.from(content.base64, 'base64'), truncated);
    const place = { type: 'output', attempt, step, stream, offset: 0 } as const;
    const event: OutputEvent =
      output.encoding === 'utf8'
        ? { ...place, encoding: 'utf8', text: output.text }
        : { ...place, encoding: 'base64', base64: output.base64 };
    return [{ id: { attempt, seq: OUTPUT_SEQ + index }, event }];
  });
}
