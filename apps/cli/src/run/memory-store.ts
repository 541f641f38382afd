import { Readable } from 'node:stream';
import { InfrastructureError, type JobStore } from '@sandlot/engine';

/** A store for one run of this process: its bytes need not outlive it. */
export function createMemoryStore(): JobStore {
  const blobs = new Map<string, Uint8Array>();
  const keyOf = (jobId: string, name: string) => `${jobId}/${name}`;
  const find = (jobId: string, name: string): Uint8Array => {
    const bytes = blobs.get(keyOf(jobId, name));
    if (bytes !== undefined) return bytes;
    throw new InfrastructureError('store-unavailable', `No bytes were kept as ${keyOf(jobId, name)}`);
  };
  return {
    async put(jobId, name, bytes) {
      blobs.set(keyOf(jobId, name), bytes);
    },
    async get(jobId, name) {
      return find(jobId, name);
    },
    async open(jobId, name) {
      return Readable.from([find(jobId, name)]);
    },
    async remove(jobId) {
      for (const key of blobs.keys()) if (key.startsWith(`${jobId}/`)) blobs.delete(key);
    },
    async *jobIds() {
      yield* new Set([...blobs.keys()].map((key) => key.slice(0, key.indexOf('/'))));
    },
  };
}
