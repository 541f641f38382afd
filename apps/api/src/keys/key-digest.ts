import { createHash } from 'node:crypto';

/**
 * What is kept of a key. A plain SHA-256 is enough: a key is 256 random bits, so there is nothing to guess that a slow
 * hash would protect, and every request pays for it.
 */
export function digestKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
