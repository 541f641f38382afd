import { isTerminal } from '@sandlot/contract';
import type { JobRecord, StoredEvent } from '@sandlot/engine';
import { Bell } from './bell.js';
import { ACCEPTED, formatEventId, isAfter, parseEventId } from './event-id.js';
import type { EventReader } from './event-log.js';
import { rebuildEvents } from './rebuild-events.js';
import { acceptedEvent, isEnd } from './state-events.js';

const PAGE = 256;
/** A wake-up can be lost with a connection; so often the record is looked at anyway. */
const RECHECK_MS = 5_000;

export interface ReadEventsOptions {
  readonly reader: EventReader;
  readonly find: (id: string) => Promise<JobRecord | undefined>;
  readonly after: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * Follows a job's history to its end. A wake-up only says "look again": events always come from the history, in
 * order and once, so a slow reader costs no memory. What the history forgot, the record of an ended job tells.
 */
export async function* readEvents(
  id: string,
  { reader, find, after, signal }: ReadEventsOptions,
): AsyncGenerator<StoredEvent> {
  let record = await find(id);
  if (record === undefined) return;
  let last = parseEventId(after);
  if (isAfter(ACCEPTED, last)) {
    last = ACCEPTED;
    yield { id: formatEventId(ACCEPTED), event: acceptedEvent(record) };
  }
  const bell = new Bell();
  const unwatch = await reader.watch(id, () => bell.ring());
  try {
    while (!signal.aborted) {
      const page: readonly StoredEvent[] = await reader.read(id, last, PAGE);
      for (const stored of page) {
        last = parseEventId(stored.id);
        yield stored;
        if (isEnd(stored.event)) return;
      }
      if (page.length > 0) continue;
      if (isTerminal(record.state)) {
        if (!(await reader.hasEnd(id))) return yield* rebuildEvents(record, last);
        // The end was told before, unless it was written this moment.
        if ((await reader.read(id, last, 1)).length === 0) return;
        continue;
      }
      if (await bell.wait(RECHECK_MS, signal)) continue;
      record = await find(id);
      if (record === undefined) return;
    }
  } finally {
    unwatch();
  }
}
