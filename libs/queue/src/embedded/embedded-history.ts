import type { JobEvent } from '@sandlot/contract';
import type { StoredEvent } from '@sandlot/engine';
import { formatEventId, isAfter, type EventId } from '../event/event-id.js';
import type { EventBatch, EventReader, EventWriter } from '../event/event-log.js';

/** Histories of ended jobs together; beyond it they go, longest ended first. Records tell what matters of them. */
const ENDED_BYTES = 4 * 1024 * 1024;
/** What an event, and a history, cost beside the text of events. */
const EVENT_BYTES = 500;
const HISTORY_BYTES = 500;

interface Placed {
  readonly id: EventId;
  readonly event: JobEvent;
  readonly bytes: number;
}

interface History {
  readonly events: Placed[];
  bytes: number;
  newest: EventId | undefined;
  ended: boolean;
}

/**
 * Histories of jobs in memory. A restart forgets them; what matters then is told from the records. Of ended jobs
 * only the latest are kept, and those that somebody reads: what a reader has not seen yet is not taken away.
 */
export class EmbeddedHistory implements EventWriter, EventReader {
  readonly #histories = new Map<string, History>();
  readonly #watchers = new Map<string, Set<() => void>>();
  /** Ids of ended jobs, longest ended first. */
  readonly #ended = new Set<string>();
  #endedBytes = 0;

  async append(id: string, { attempt, events, ends, budgetBytes }: EventBatch): Promise<void> {
    const history = this.#histories.get(id) ?? newHistory();
    const { newest } = history;
    if (history.ended || (newest?.attempt ?? 0) > attempt) return Promise.resolve();
    this.#histories.set(id, history);
    // The event of acceptance, 0-1, is never written.
    let seq = newest?.attempt === attempt ? newest.seq : attempt === 0 ? 1 : 0;
    for (const event of events) add(history, { attempt, seq: (seq += 1) }, event);
    while (history.bytes > budgetBytes && history.events.length > 1) dropOldest(history);
    if (ends) {
      history.ended = true;
      this.#ended.add(id);
      this.#endedBytes += history.bytes;
      this.#dropEnded();
    }
    for (const wake of this.#watchers.get(id) ?? []) wake();
    return Promise.resolve();
  }

  async read(id: string, after: EventId, limit: number): Promise<readonly StoredEvent[]> {
    const events = this.#histories.get(id)?.events ?? [];
    const first = firstAfter(events, after);
    const page = events.slice(first, first + limit);
    return Promise.resolve(page.map(({ id: place, event }) => ({ id: formatEventId(place), event })));
  }

  async hasEnd(id: string): Promise<boolean> {
    return Promise.resolve(this.#histories.get(id)?.ended === true);
  }

  async watch(id: string, wake: () => void): Promise<() => void> {
    const watchers = this.#watchers.get(id) ?? new Set();
    this.#watchers.set(id, watchers.add(wake));
    return Promise.resolve(() => {
      watchers.delete(wake);
      if (watchers.size > 0 || this.#watchers.get(id) !== watchers) return;
      this.#watchers.delete(id);
      this.#dropEnded();
    });
  }

  #dropEnded(): void {
    for (const id of this.#ended) {
      if (this.#endedBytes <= ENDED_BYTES) return;
      if (!this.#watchers.has(id)) this.#forget(id);
    }
  }

  #forget(id: string): void {
    this.#endedBytes -= this.#histories.get(id)?.bytes ?? 0;
    this.#histories.delete(id);
    this.#ended.delete(id);
  }
}

function newHistory(): History {
  return { events: [], bytes: HISTORY_BYTES, newest: undefined, ended: false };
}

function add(history: History, id: EventId, event: JobEvent): void {
  const bytes = EVENT_BYTES + sizeOf(event);
  history.events.push({ id, event, bytes });
  history.newest = id;
  history.bytes += bytes;
}

function dropOldest(history: History): void {
  history.bytes -= history.events.shift()?.bytes ?? 0;
}

function sizeOf(event: JobEvent): number {
  if (event.type === 'state') return 0;
  return event.encoding === 'utf8' ? event.text.length : event.base64.length;
}

/** Index of the first event after `after`; events are in order. */
function firstAfter(events: readonly Placed[], after: EventId): number {
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const placed = events[middle];
    if (placed !== undefined && isAfter(placed.id, after)) high = middle;
    else low = middle + 1;
  }
  return low;
}
