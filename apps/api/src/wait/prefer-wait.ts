/** Longest wait for a result within one request. Unit: s. */
export const MAX_WAIT_SECONDS = 60;

/**
 * The seconds asked for by `Prefer: wait=N` (RFC 7240), at most 60; undefined if there is no such preference. A
 * preference that cannot be read is passed over, as the RFC wants it, and so not listed in Preference-Applied.
 */
export function preferWait(header: string | undefined): number | undefined {
  for (const preference of (header ?? '').split(/[,;]/)) {
    const match = /^\s*wait\s*=\s*(?:"(\d{1,9})"|(\d{1,9}))\s*$/i.exec(preference);
    const digits = match?.[1] ?? match?.[2];
    if (digits !== undefined) return Math.min(Number(digits), MAX_WAIT_SECONDS);
  }
  return undefined;
}
