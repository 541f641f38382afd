import { Readable } from 'node:stream';
import { InfrastructureError, type JobStore } from '@sandlot/engine';

export function memoryStore(): JobStore & { readonly blobs: Map<string, Map<string, Uint8Array>> } {
  const blobs = new Map<string, Map<string, Uint8Array>>();
  return {
    blobs,
    async put(jobId, name, bytes) {
      const job = blobs.get(jobId) ?? new Map<string, Uint8Array>();
      blobs.set(jobId, job.set(name, bytes));
    },
    async get(jobId, name) {
      const bytes = blobs.get(jobId)?.get(name);
      if (bytes === undefined) throw new InfrastructureError('store-unavailable', `No blob ${jobId}/${name}`);
      return bytes;
    },
    async open(jobId, name) {
      return Readable.from([await this.get(jobId, name)]);
    },
    async remove(jobId) {
      blobs.delete(jobId);
    },
    async *jobIds() {
      yield* blobs.keys();
    },
  };
}
