/** When each slot is free again, the earliest first: a binary heap. */
export class FreeTimes {
  readonly #times: Float64Array;

  /** All free from the beginning. */
  constructor(slots: number) {
    this.#times = new Float64Array(slots);
  }

  get earliest(): number {
    return this.#times[0] ?? 0;
  }

  /** The slot that is free first is taken until then. */
  takeUntil(time: number): void {
    const times = this.#times;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const child = at(times, left + 1) < at(times, left) ? left + 1 : left;
      if (at(times, child) >= time) break;
      times[index] = at(times, child);
      index = child;
    }
    times[index] = time;
  }
}

function at(times: Float64Array, index: number): number {
  return times[index] ?? Number.POSITIVE_INFINITY;
}
