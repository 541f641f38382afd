/** What is quoted of a series of times: median and 99th percentile. Unit: ms. */
export interface Summary {
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** The value below which the share `q` (0–1) of the values lies; nearest rank. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];
  if (value === undefined) throw new RangeError('A quantile needs at least one value');
  return value;
}

export function summarize(timesMs: readonly number[]): Summary {
  return { count: timesMs.length, p50Ms: quantile(timesMs, 0.5), p99Ms: quantile(timesMs, 0.99) };
}

/** Median of the ratios a/b, pair by pair: holds on a machine whose speed drifts, unlike a ratio of medians. */
export function medianRatio(a: readonly number[], b: readonly number[]): number {
  return quantile(
    a.map((value, index) => value / (b[index] ?? Number.NaN)),
    0.5,
  );
}
