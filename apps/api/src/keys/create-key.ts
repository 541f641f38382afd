import { randomBytes } from 'node:crypto';
import type { Scope } from './access.js';
import { digestKey } from './key-digest.js';
import { keyEntrySchema, type KeyEntry } from './key-entry.js';

/** Lets people, and programs that look for leaked secrets, tell what it is. */
const PREFIX = 'sandlot_';
const KEY_BYTES = 32;
const ID_BYTES = 5;

export interface KeyRequest {
  readonly tenant: string;
  readonly scopes: readonly Scope[];
  /** @default `key-` and ten random digits */
  readonly id?: string;
  /** RFC 3339, UTC. @default never */
  readonly expiresAt?: string;
}

/**
 * Makes a key of 256 random bits. `key` is for its owner and kept nowhere; `entry` is for the file.
 *
 * @throws {ZodError} if tenant, id, scopes or time have not the form of an entry.
 */
export function createKey({ tenant, scopes, id, expiresAt }: KeyRequest): {
  readonly key: string;
  readonly entry: KeyEntry;
} {
  const key = PREFIX + randomBytes(KEY_BYTES).toString('base64url');
  const entry = keyEntrySchema.parse({
    id: id ?? `key-${randomBytes(ID_BYTES).toString('hex')}`,
    tenant,
    scopes: [...new Set(scopes)],
    sha256: digestKey(key).toString('hex'),
    createdAt: new Date().toISOString(),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  });
  return { key, entry };
}
