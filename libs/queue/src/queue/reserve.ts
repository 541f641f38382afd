import type { IdempotencyKey, JobRecord, ReserveResult } from '@sandlot/engine';
import { isSameKey, type KeyRecord, type KeyStore } from '../backing/backing.js';

/**
 * A reservation whose job does not come within this time lapses: by then no request works on it any more, and the
 * contents stored under its id may be swept as leftovers (after 1 h).
 */
export const RESERVATION_MS = 30 * 60_000;

export interface ReserveSteps {
  readonly keys: KeyStore;
  readonly find: (id: string) => Promise<JobRecord | undefined>;
  /** Now, ms since the epoch. */
  readonly now: number;
}

/** Ties a key to `id`, or tells what it is tied to. One swap of the key's record decides among many. */
export async function reserveId(
  id: string,
  { key, fingerprint }: IdempotencyKey,
  { keys, find, now }: ReserveSteps,
): Promise<ReserveResult> {
  const fresh: KeyRecord = { jobId: id, fingerprint, added: false, reservedAt: now };
  let held: KeyRecord | undefined;
  for (;;) {
    const found = await keys.swap(key, held, fresh);
    if (isSameKey(found, held)) return { kind: 'reserved', id };
    held = found;
    if (held === undefined) continue;
    if (held.fingerprint !== fingerprint) return { kind: 'conflict' };
    const record = await find(held.jobId);
    if (record !== undefined) return { kind: 'replayed', record };
    // Its job may still come: from the request that reserved it, or, if that one died, from this one.
    if (!held.added && now - held.reservedAt < RESERVATION_MS) return { kind: 'reserved', id: held.jobId };
  }
}
