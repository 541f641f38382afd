const UNITS = { ms: 1, s: 1_000, m: 60_000 } as const;
const DURATION = /^(\d+(?:\.\d+)?) ?(ms|s|m)?$/i;

/**
 * Reads a duration: a number with `ms`, `s` or `m`; a plain number is seconds, as in timeout(1).
 *
 * @returns milliseconds.
 * @throws {RangeError} unless `text` is a whole number of milliseconds.
 */
export function parseDuration(text: string): number {
  const match = DURATION.exec(text.trim());
  const unit = (match?.[2] ?? 's').toLowerCase() as keyof typeof UNITS; // the expression admits no other
  const ms = match === null ? NaN : Number(match[1]) * UNITS[unit];
  // 0.1 s is 100 ms, though not in floating point.
  const rounded = Math.round(ms);
  if (Number.isSafeInteger(rounded) && Math.abs(rounded - ms) < 1e-6) return rounded;
  throw new RangeError(`Expected a duration such as 5s, 500ms or 2m, got "${text}"`);
}

/** Writes a duration the way {@link parseDuration} reads it: `5 s`, `1.5 s`, `250 ms`. */
export function formatDuration(ms: number): string {
  if (ms >= UNITS.m && ms % UNITS.m === 0) return `${ms / UNITS.m} m`;
  if (ms >= UNITS.s) return `${Number((ms / UNITS.s).toFixed(3))} s`;
  return `${Number(ms.toFixed(3))} ms`;
}
