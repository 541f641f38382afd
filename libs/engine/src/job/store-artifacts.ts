import { mapConcurrently } from '../async/map-concurrently.js';
import type { Collection } from '../sandbox/sandbox.js';
import type { JobStore } from '../store/job-store.js';
import type { StoredArtifact, StoredArtifacts } from './job-record.js';
import { CONCURRENT_TRANSFERS, storeContents } from './store-contents.js';

/**
 * Keeps what was taken out of a job's cell, in the order of the paths. Names in the store carry the attempt: one
 * that lost its lease cannot write over what a later one kept.
 */
export async function storeArtifacts(
  store: JobStore,
  jobId: string,
  attempt: number,
  { files, leftOut }: Collection,
): Promise<StoredArtifacts> {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const contents = sorted.map(({ content }, index) => ({
    name: `artifact-${attempt}-${index}`,
    bytes: content,
  }));
  const places = await storeContents(store, jobId, contents);
  const kept = await mapConcurrently(sorted, CONCURRENT_TRANSFERS, async ({ path, content }, index) => {
    const place = places[index];
    if (place === undefined) throw new RangeError('Expected a place for each artifact');
    return { path, sha256: await sha256(content), content: place } satisfies StoredArtifact;
  });
  return {
    files: kept,
    leftOut: leftOut.map(({ path, reason, bytes }) => ({
      path,
      reason,
      ...(bytes === undefined ? {} : { bytes }),
    })),
  };
}

async function sha256(bytes: Uint8Array): Promise<string> {
  // A file's content is never shared memory.
  return Buffer.from(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)).toString('hex');
}
