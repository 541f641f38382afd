import { timingSafeEqual } from 'node:crypto';
import { digestKey } from './key-digest.js';
import type { KeyEntry } from './key-entry.js';

interface KnownKey {
  readonly entry: KeyEntry;
  readonly digest: Buffer;
}

/** The keys that a service knows, by their digests. */
export class KeyRing {
  readonly #keys: readonly KnownKey[];

  constructor(entries: readonly KeyEntry[]) {
    this.#keys = entries.map((entry) => ({ entry, digest: Buffer.from(entry.sha256, 'hex') }));
  }

  get size(): number {
    return this.#keys.length;
  }

  /** The entry with this id, as it is now. */
  entry(id: string | undefined): KeyEntry | undefined {
    return this.#keys.find(({ entry }) => entry.id === id)?.entry;
  }

  /**
   * The entry of a key, expired or not. Its digest is compared with every one there is, each in constant time, so the
   * time it takes tells neither whether the key is known nor how much of it is right.
   */
  find(key: string): KeyEntry | undefined {
    const digest = digestKey(key);
    let found: KeyEntry | undefined;
    for (const known of this.#keys) {
      if (timingSafeEqual(known.digest, digest)) found = known.entry;
    }
    return found;
  }
}
