import type { Summary } from '../stats/summary.js';

/** One measured subject, and how it compares with the first of its group (median of ratios, pair by pair). */
export interface BenchRow extends Summary {
  readonly name: string;
  /** First subject's time over this one's; below 1 the first is faster. Absent where nothing is compared. */
  readonly ratio?: number;
}

export interface BenchGroup {
  readonly title: string;
  readonly rows: readonly BenchRow[];
}

/** A group as lines of text. */
export function formatGroup({ title, rows }: BenchGroup): string {
  const line = ({ name, count, p50Ms, p99Ms, ratio }: BenchRow) =>
    [
      name.padEnd(26),
      `p50 ${p50Ms.toFixed(2).padStart(8)} ms`,
      `p99 ${p99Ms.toFixed(2).padStart(8)} ms`,
      `n ${String(count).padStart(5)}`,
      ratio === undefined ? '' : `ratio ${ratio.toFixed(2)}`,
    ]
      .join('  ')
      .trimEnd();
  return [title, ...rows.map((row) => `  ${line(row)}`)].join('\n');
}
