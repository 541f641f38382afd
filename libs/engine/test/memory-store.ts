import type { JobStore } from '../src/store/job-store.js';

/** Keeps bytes in a map; `busiest` is the largest number of calls that were under way at once. */
export class MemoryStore implements JobStore {
  readonly blobs = new Map<string, Uint8Array>();
  busiest = 0;
  #busy = 0;

  async put(jobId: string, name: string, bytes: Uint8Array): Promise<void> {
    await this.#takeATurn();
    this.blobs.set(`${jobId}/${name}`, bytes);
  }

  async get(jobId: string, name: string): Promise<Uint8Array> {
    await this.#takeATurn();
    const bytes = this.blobs.get(`${jobId}/${name}`);
    if (bytes === undefined) throw new Error(`No blob ${jobId}/${name}`);
    return bytes;
  }

  async open(jobId: string, name: string): Promise<AsyncIterable<Uint8Array>> {
    const bytes = await this.get(jobId, name);
    return (async function* () {
      yield await Promise.resolve(bytes);
    })();
  }

  async remove(jobId: string): Promise<void> {
    await this.#takeATurn();
    for (const key of this.blobs.keys()) if (key.startsWith(`${jobId}/`)) this.blobs.delete(key);
  }

  async *jobIds(): AsyncIterable<string> {
    await this.#takeATurn();
    yield* new Set([...this.blobs.keys()].map((key) => key.replace(/\/.*/, '')));
  }

  async #takeATurn(): Promise<void> {
    this.#busy += 1;
    this.busiest = Math.max(this.busiest, this.#busy);
    await new Promise((resolve) => setImmediate(resolve));
    this.#busy -= 1;
  }
}
