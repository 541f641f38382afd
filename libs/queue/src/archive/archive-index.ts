import { decodeEnd, type ArchiveRow, type FinishedState } from './archive-row.js';
import { SEGMENT_SLOTS, SegmentTable, type Place } from './segment-table.js';

/** A job that has just left the index, or come into it. */
export interface ArchivedEnd extends ReturnType<typeof decodeEnd> {
  readonly key?: string | undefined;
}

export interface ExpectedSegment {
  readonly number: number;
  readonly bytes: number;
  readonly slots: number;
  /** See `SegmentTable.deadRanges`. */
  readonly dead: readonly number[];
}

/**
 * Which finished jobs are on disk, and where: all that memory holds of them. Jobs are found by id (and idempotency
 * key) as one number, segment × `SEGMENT_SLOTS` + slot, so that an entry costs 150 bytes or so.
 */
export class ArchiveIndex {
  readonly #segments = new Map<number, SegmentTable>();
  readonly #byId = new Map<string, number>();
  readonly #byKey = new Map<string, number>();
  readonly #counts: Record<FinishedState, number> = { completed: 0, failed: 0 };
  #expected: ExpectedSegment[] = [];

  get segments(): IterableIterator<SegmentTable> {
    return this.#segments.values();
  }

  get newestSegment(): number {
    return Math.max(0, ...this.#segments.keys());
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  count(state: FinishedState): number {
    return this.#counts[state];
  }

  /** Ids in this state, longest archived first. Jobs may be taken out meanwhile. */
  *ids(state: FinishedState): Generator<string> {
    for (const segment of this.#segments.values()) yield* segment.ids(state);
  }

  end(id: string): (ArchivedEnd & { readonly finishedOn: number }) | undefined {
    const found = this.#find(id);
    if (found === undefined) return undefined;
    const { table, slot } = found;
    return { ...decodeEnd(table.code(slot)), finishedOn: table.finishedOn(slot), key: table.key(slot) };
  }

  place(id: string): Place | undefined {
    const found = this.#find(id);
    return found?.table.place(found.slot);
  }

  /** Id of the job with this idempotency key. */
  idOfKey(key: string): string | undefined {
    const number = this.#byKey.get(key);
    return number === undefined ? undefined : this.#at(number).id(number % SEGMENT_SLOTS);
  }

  /** The table of a segment, made if missing. */
  segment(number: number): SegmentTable {
    const table = this.#segments.get(number) ?? new SegmentTable(number);
    this.#segments.set(number, table);
    return table;
  }

  /** Puts a job in, unless its row stands for nothing. One with its id must have been taken out. */
  put(segment: number, slot: number, row: ArchiveRow): ArchivedEnd | undefined {
    this.segment(segment).set(slot, row);
    const [id, , , , code, key] = row;
    if (code === 0) return undefined;
    const number = segment * SEGMENT_SLOTS + slot;
    this.#byId.set(id, number);
    if (key !== undefined) this.#byKey.set(key, number);
    const end = decodeEnd(code);
    this.#counts[end.state] += 1;
    return { ...end, key };
  }

  /** Takes a job out. Gives how it had ended, undefined if it was not there. */
  take(id: string): ArchivedEnd | undefined {
    const found = this.#find(id);
    if (found === undefined) return undefined;
    const { table, slot, number } = found;
    const end: ArchivedEnd = { ...decodeEnd(table.code(slot)), key: table.key(slot) };
    this.#byId.delete(id);
    if (end.key !== undefined && this.#byKey.get(end.key) === number) this.#byKey.delete(end.key);
    table.kill(slot);
    this.#counts[end.state] -= 1;
    return end;
  }

  /** A snapshot speaks of this segment; its tables are yet to be read. */
  expect(segment: ExpectedSegment): void {
    this.#expected.push(segment);
  }

  takeExpected(): readonly ExpectedSegment[] {
    const expected = this.#expected;
    this.#expected = [];
    return expected;
  }

  /** Length of all segments that hold no job any more. Unit: bytes. */
  get emptyBytes(): number {
    let bytes = 0;
    for (const table of this.#segments.values()) if (table.isEmpty) bytes += table.bytes;
    return bytes;
  }

  /** Forgets segments that hold no job any more, except `current`. Gives their numbers. */
  dropEmpty(current: number): readonly number[] {
    const empty = [...this.#segments.values()].filter((table) => table.isEmpty && table.number !== current);
    for (const { number } of empty) this.#segments.delete(number);
    return empty.map(({ number }) => number);
  }

  #find(
    id: string,
  ): { readonly table: SegmentTable; readonly slot: number; readonly number: number } | undefined {
    const number = this.#byId.get(id);
    return number === undefined
      ? undefined
      : { table: this.#at(number), slot: number % SEGMENT_SLOTS, number };
  }

  #at(number: number): SegmentTable {
    return this.segment(Math.floor(number / SEGMENT_SLOTS));
  }
}
