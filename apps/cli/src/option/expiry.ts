import { CommandError } from '../error/command-error.js';

const UNITS = { h: 3_600_000, d: 86_400_000 } as const;

/**
 * Reads when a key ends: after `90d` or `12h` from `now`, or at a date or time of RFC 3339.
 *
 * @returns the time, RFC 3339 in UTC.
 * @throws {CommandError} for anything else, and for what lies in the past.
 */
export function parseExpiry(text: string, now: number): string {
  const [, count, unit] = /^(\d{1,5})(h|d)$/.exec(text) ?? [];
  const isTime = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2}))?$/.test(text);
  const at =
    unit === 'h' || unit === 'd' ? now + Number(count) * UNITS[unit] : isTime ? Date.parse(text) : Number.NaN;
  if (at > now) return new Date(at).toISOString();
  throw new CommandError(
    `--expires=${JSON.stringify(text)} is not valid: expected 90d, 12h, or a time to come such as 2030-01-31 or 2030-01-31T12:00:00Z`,
  );
}
