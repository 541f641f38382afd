import { createHash } from 'node:crypto';
import { isSameKey, type KeyRecord, type KeyStore } from '../backing/backing.js';
import type { EmbeddedStore } from './embedded-store.js';

/** A longer key is kept by its digest (which is longer than this). */
const KEPT_LENGTH = 40;

/**
 * Idempotency keys. A reservation is in memory, for `ageMs` at most; once its job was added, the key goes with it:
 * to disk when the job is archived, and away when the job is removed, since then it is taken anew.
 */
export class EmbeddedKeys implements KeyStore {
  readonly #store: EmbeddedStore;
  readonly #ageMs: number;

  constructor(store: EmbeddedStore, ageMs: number) {
    this.#store = store;
    this.#ageMs = ageMs;
  }

  async read(key: string): Promise<KeyRecord | undefined> {
    return this.#read(nameOf(key));
  }

  async swap(
    key: string,
    expected: KeyRecord | undefined,
    record: KeyRecord,
  ): Promise<KeyRecord | undefined> {
    const name = nameOf(key);
    const found = await this.#read(name);
    if (!isSameKey(found, expected)) return found;
    // A note must not outlive its job, whose write may be under way and fail.
    if (record.added) await this.#store.durable();
    // Reading may have taken a while, and others may have been faster.
    const isArchived = this.#store.state.archive.idOfKey(name) !== undefined;
    const now = this.#inMemory(name) ?? (isArchived ? found : undefined);
    if (!isSameKey(now, expected)) return now;
    this.#store.commit({ t: 'key', key: name, record, at: Date.now() });
    if (!record.added) await this.#store.durable();
    return found;
  }

  sweep(): void {
    const oldest = Date.now() - this.#ageMs;
    for (const [key, { at }] of this.#store.state.keys) {
      if (at > oldest) break;
      this.#store.commit({ t: 'unkey', key });
    }
  }

  async #read(name: string): Promise<KeyRecord | undefined> {
    const inMemory = this.#inMemory(name);
    const id = this.#store.state.archive.idOfKey(name);
    if (inMemory !== undefined || id === undefined) return inMemory;
    const key = (await this.#store.read(id))?.key;
    if (key?.name !== name) return this.#inMemory(name);
    return { jobId: id, fingerprint: key.fingerprint, added: true, reservedAt: key.reservedAt };
  }

  #inMemory(name: string): KeyRecord | undefined {
    return this.#store.state.keys.get(name)?.record;
  }
}

function nameOf(key: string): string {
  return key.length <= KEPT_LENGTH ? key : createHash('sha256').update(key).digest('base64url');
}
