/** A job's place: by `key` first (priority, due time), by `order` among equals. */
export interface Rank {
  readonly id: string;
  readonly key: number;
  readonly order: number;
}

/** A binary heap of jobs that also finds them by id: add, take the first, remove any, each in O(log n). */
export class RankedHeap {
  readonly #ranks: Rank[] = [];
  readonly #places = new Map<string, number>();

  get size(): number {
    return this.#ranks.length;
  }

  get first(): Rank | undefined {
    return this.#ranks[0];
  }

  has(id: string): boolean {
    return this.#places.has(id);
  }

  add(rank: Rank): void {
    this.#put(this.#ranks.length, rank);
    this.#rise(this.#ranks.length - 1);
  }

  remove(id: string): void {
    const place = this.#places.get(id);
    if (place === undefined) return;
    const last = this.#ranks.pop();
    this.#places.delete(id);
    if (last === undefined || place === this.#ranks.length) return;
    this.#put(place, last);
    this.#rise(place);
    this.#sink(this.#places.get(last.id) ?? place);
  }

  /** All ids, first to last. Sorts, so it is for listings only. */
  ids(): readonly string[] {
    return [...this.#ranks].sort(compare).map(({ id }) => id);
  }

  #rise(from: number): void {
    for (let place = from; place > 0;) {
      const parent = (place - 1) >> 1;
      if (!this.#swapIfSooner(place, parent)) return;
      place = parent;
    }
  }

  #sink(from: number): void {
    for (let place = from; ;) {
      const left = 2 * place + 1;
      if (left >= this.#ranks.length) return;
      const right = left + 1;
      const child = right < this.#ranks.length && compare(this.#at(right), this.#at(left)) < 0 ? right : left;
      if (!this.#swapIfSooner(child, place)) return;
      place = child;
    }
  }

  /** Swaps two places if the rank at `lower` belongs before the one at `upper`. */
  #swapIfSooner(lower: number, upper: number): boolean {
    const [a, b] = [this.#at(lower), this.#at(upper)];
    if (compare(a, b) >= 0) return false;
    this.#put(lower, b);
    this.#put(upper, a);
    return true;
  }

  #put(place: number, rank: Rank): void {
    this.#ranks[place] = rank;
    this.#places.set(rank.id, place);
  }

  #at(place: number): Rank {
    const rank = this.#ranks[place];
    if (rank === undefined) throw new RangeError(`No rank at ${place} of ${this.#ranks.length}`);
    return rank;
  }
}

function compare(a: Rank, b: Rank): number {
  return a.key - b.key || a.order - b.order;
}
