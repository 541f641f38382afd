import { createHash } from 'node:crypto';
import type { JobSpec } from '@sandlot/contract';

/**
 * Digest (SHA-256, hexadecimal) of what a request asks for. Taken of the spec as understood, keys in order, so
 * that spacing, key order and spelled-out defaults make no other request of it.
 */
export function fingerprint(spec: JobSpec): string {
  return createHash('sha256').update(JSON.stringify(spec, sortKeys)).digest('hex');
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
