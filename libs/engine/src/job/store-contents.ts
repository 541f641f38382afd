import { mapConcurrently } from '../async/map-concurrently.js';
import type { JobStore } from '../store/job-store.js';
import type { StoredBytes } from './job-record.js';
import { INLINE_BYTES, inlineBytes } from './store-bytes.js';

/** All contents of one kind that travel inside the queue's record, together: a queue is no place for many files. */
export const INLINE_TOTAL_BYTES = 4 * INLINE_BYTES;
/** Each takes a descriptor, of which the process may have 1,024 for everything. */
export const CONCURRENT_TRANSFERS = 8;

export interface NamedBytes {
  /** Unique within the job. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** First come, first inlined, as long as there is room in the record; the rest goes to the store. */
export async function storeContents(
  store: JobStore,
  jobId: string,
  contents: readonly NamedBytes[],
): Promise<readonly StoredBytes[]> {
  let room = INLINE_TOTAL_BYTES;
  const places = contents.map(({ name, bytes }): StoredBytes => {
    if (bytes.length > Math.min(INLINE_BYTES, room)) return { kind: 'blob', name, bytes: bytes.length };
    room -= bytes.length;
    return inlineBytes(bytes);
  });
  const blobs = contents.filter((_, index) => places[index]?.kind === 'blob');
  await mapConcurrently(blobs, CONCURRENT_TRANSFERS, ({ name, bytes }) => store.put(jobId, name, bytes));
  return places;
}
