import { describe, expect, it } from 'vitest';
import { medianRatio, quantile, summarize } from './summary.js';

describe('summary', () => {
  it('takes median and 99th percentile by nearest rank', () => {
    const values = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(summarize(values)).toEqual({ count: 100, p50Ms: 51, p99Ms: 100 });
    expect(quantile([3], 0.99)).toBe(3);
  });

  it('compares pair by pair', () => {
    expect(medianRatio([1, 10, 100], [2, 20, 400])).toBe(0.5);
  });

  it('refuses to summarise nothing', () => {
    expect(() => quantile([], 0.5)).toThrow(RangeError);
  });
});
