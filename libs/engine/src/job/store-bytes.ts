import type { JobStore } from '../store/job-store.js';
import type { StoredBytes } from './job-record.js';

/** Up to this many bytes travel inside the queue's record; more go to the store. */
export const INLINE_BYTES = 16 * 1024;

/** Keeps bytes of a job where they belong by their size. `name` is unique within the job. */
export async function storeBytes(
  store: JobStore,
  jobId: string,
  name: string,
  bytes: Uint8Array,
): Promise<StoredBytes> {
  if (bytes.length <= INLINE_BYTES) return inlineBytes(bytes);
  await store.put(jobId, name, bytes);
  return { kind: 'blob', name, bytes: bytes.length };
}

/** Bytes as they travel inside a record. */
export function inlineBytes(bytes: Uint8Array): StoredBytes {
  return { kind: 'inline', base64: Buffer.from(bytes).toString('base64'), bytes: bytes.length };
}

/** Brings stored bytes back. */
export async function loadBytes(store: JobStore, jobId: string, stored: StoredBytes): Promise<Uint8Array> {
  if (stored.kind === 'inline') return Buffer.from(stored.base64, 'base64');
  return await store.get(jobId, stored.name);
}

/** Brings stored bytes back piece by piece. */
export async function openBytes(
  store: JobStore,
  jobId: string,
  stored: StoredBytes,
): Promise<AsyncIterable<Uint8Array>> {
  if (stored.kind === 'blob') return await store.open(jobId, stored.name);
  return onePiece(Buffer.from(stored.base64, 'base64'));
}

async function* onePiece(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield await Promise.resolve(bytes);
}
