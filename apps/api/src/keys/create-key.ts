import { randomBytes } from 'node:crypto';
import { describeIssues } from './describe-issues.js';
import { digestKey } from './key-digest.js';
import { keyEntrySchema, type KeyEntry } from './key-entry.js';

/** Lets people, and programs that look for leaked secrets, tell what it is. */
const PREFIX = 'sandlot_';
const KEY_BYTES = 32;
const ID_BYTES = 5;

export interface KeyRequest {
  readonly tenant: string;
  /** Some of `SCOPES`. */
  readonly scopes: readonly string[];
  /** @default `key-` and ten random digits */
  readonly id?: string;
  /** RFC 3339, UTC. @default never */
  readonly expiresAt?: string;
}

/**
 * Makes a key of 256 random bits. `key` is for its owner and kept nowhere; `entry` is for the file.
 *
 * @throws {RangeError} naming each field that has not the form of an entry.
 */
export function createKey({ tenant, scopes, id, expiresAt }: KeyRequest): {
  readonly key: string;
  readonly entry: KeyEntry;
} {
  const key = PREFIX + randomBytes(KEY_BYTES).toString('base64url');
  const parsed = keyEntrySchema.safeParse({
    id: id ?? `key-${randomBytes(ID_BYTES).toString('hex')}`,
    tenant,
    scopes: [...new Set(scopes)],
    sha256: digestKey(key).toString('hex'),
    createdAt: new Date().toISOString(),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  });
  if (parsed.success) return { key, entry: parsed.data };
  throw new RangeError(describeIssues(parsed.error.issues));
}
