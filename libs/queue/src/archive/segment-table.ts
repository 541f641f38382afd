import { decodeEnd, FINISHED_STATES, type ArchiveRow, type FinishedState } from './archive-row.js';

/** Jobs per segment: beyond it, a new one begins. */
export const SEGMENT_SLOTS = 16_384;
const FIRST_SLOTS = 256;

/** Where the frame of an archived job is. */
export interface Place {
  /** Its own for ever: segment × `SEGMENT_SLOTS` + slot. */
  readonly number: number;
  readonly segment: number;
  readonly offset: number;
  readonly length: number;
}

/** Rows of one segment in memory, some 20 bytes each beside the id. A slot is a row's number; a dead one has code 0. */
export class SegmentTable {
  readonly number: number;
  /** Length of the segment's file as far as it is in use. */
  bytes = 0;
  slots = 0;
  readonly #ids: (string | undefined)[] = [];
  /** Of keyed jobs, by slot. */
  readonly #keys = new Map<number, string>();
  readonly #live: Record<FinishedState, number> = { completed: 0, failed: 0 };
  /** No slot before it is alive and in this state. */
  readonly #first: Record<FinishedState, number> = { completed: 0, failed: 0 };
  #offsets = new Uint32Array(FIRST_SLOTS);
  #lengths = new Uint32Array(FIRST_SLOTS);
  #finishedOn = new Float64Array(FIRST_SLOTS);
  #codes = new Uint8Array(FIRST_SLOTS);

  constructor(number: number) {
    this.number = number;
  }

  get isEmpty(): boolean {
    return this.#live.completed + this.#live.failed === 0;
  }

  /** Puts a row into its slot; one that is alive there already must have been killed. */
  set(slot: number, [id, offset, length, finishedOn, code, key]: ArchiveRow): void {
    this.slots = Math.max(this.slots, slot + 1);
    this.#grow(this.slots);
    if (code === 0) return;
    this.#ids[slot] = id;
    if (key !== undefined) this.#keys.set(slot, key);
    this.#offsets[slot] = offset;
    this.#lengths[slot] = length;
    this.#finishedOn[slot] = finishedOn;
    this.#codes[slot] = code;
    const { state } = decodeEnd(code);
    this.#live[state] += 1;
    this.#first[state] = Math.min(this.#first[state], slot);
  }

  /** Makes a slot stand for nothing. */
  kill(slot: number): void {
    this.#live[decodeEnd(this.code(slot)).state] -= 1;
    this.#codes[slot] = 0;
    this.#ids[slot] = undefined;
    this.#keys.delete(slot);
    for (const state of FINISHED_STATES) if (this.#first[state] === slot) this.#first[state] += 1;
  }

  id(slot: number): string {
    const id = this.#ids[slot];
    if (id === undefined) throw new RangeError(`Slot ${slot} of segment ${this.number} is dead`);
    return id;
  }

  key(slot: number): string | undefined {
    return this.#keys.get(slot);
  }

  code(slot: number): number {
    return this.#codes[slot] ?? 0;
  }

  finishedOn(slot: number): number {
    return this.#finishedOn[slot] ?? 0;
  }

  place(slot: number): Place {
    return {
      number: this.number * SEGMENT_SLOTS + slot,
      segment: this.number,
      offset: this.#offsets[slot] ?? 0,
      length: this.#lengths[slot] ?? 0,
    };
  }

  /** Ids in this state, in the order of slots. Slots may be killed meanwhile. */
  *ids(state: FinishedState): Generator<string> {
    let isFirst = true;
    for (let slot = this.#first[state]; this.#live[state] > 0 && slot < this.slots; slot += 1) {
      const code = this.code(slot);
      if (code === 0 || decodeEnd(code).state !== state) continue;
      if (isFirst) this.#first[state] = slot;
      isFirst = false;
      yield this.id(slot);
    }
  }

  /** Dead slots as ranges: first, behind the last, first, … */
  deadRanges(): readonly number[] {
    const ranges: number[] = [];
    for (let slot = 0; slot < this.slots; slot += 1) {
      if (this.code(slot) !== 0) continue;
      if (ranges.at(-1) === slot) ranges[ranges.length - 1] = slot + 1;
      else ranges.push(slot, slot + 1);
    }
    return ranges;
  }

  #grow(slots: number): void {
    if (slots <= this.#codes.length) return;
    const size = Math.max(slots, 2 * this.#codes.length);
    this.#offsets = copyInto(new Uint32Array(size), this.#offsets);
    this.#lengths = copyInto(new Uint32Array(size), this.#lengths);
    this.#finishedOn = copyInto(new Float64Array(size), this.#finishedOn);
    this.#codes = copyInto(new Uint8Array(size), this.#codes);
  }
}

function copyInto<T extends Uint8Array | Uint32Array | Float64Array>(target: T, source: T): T {
  target.set(source);
  return target;
}
