import type { FastifyRequest } from 'fastify';
import { Refusal } from '../problem/refusal.js';
import { hasScope, type Caller, type Scope } from './access.js';
import type { KeyEntry } from './key-entry.js';
import type { KeyRing } from './key-ring.js';

/** RFC 6750, section 2.1; a name of a scheme has no case (RFC 9110, section 11.1). */
const BEARER = /^Bearer +([A-Za-z0-9._~+/-]{1,512}=*)$/i;
const CHALLENGE = 'Bearer realm="sandlot"';

/**
 * Who makes a request, by the key in its header Authorization.
 *
 * @throws {Refusal} `unauthenticated` unless the key is known and has not expired.
 */
export function identifyCaller({ headers }: FastifyRequest, keys: KeyRing): Caller {
  const { authorization } = headers;
  if (authorization === undefined) {
    throw unauthenticated('The request has no header Authorization.', CHALLENGE);
  }
  const key = BEARER.exec(authorization)?.[1];
  if (key === undefined) {
    throw unauthenticated('The header Authorization is not "Bearer" and an API key.', CHALLENGE);
  }
  const entry = keys.find(key);
  if (entry === undefined) throw invalidKey('The service does not know this API key.');
  if (hasExpired(entry)) throw invalidKey(`The API key ${entry.id} has expired at ${entry.expiresAt}.`);
  return entry;
}

/** @throws {Refusal} `scope-missing`, naming it, unless the caller has the scope. */
export function demandScope(caller: Caller, scope: Scope): void {
  if (hasScope(caller, scope)) return;
  const detail = `The API key has not the scope ${scope}; it has ${caller.scopes.join(', ')}.`;
  const challenge = `${CHALLENGE}, error="insufficient_scope", scope="${scope}"`;
  throw new Refusal('scope-missing', detail, { headers: { 'www-authenticate': challenge } });
}

/** Whether a caller who was let in would be let in again: its key is neither revoked, changed nor expired. */
export function mayStill(caller: Caller, scope: Scope, keys: KeyRing): boolean {
  const entry = keys.entry(caller.id);
  if (entry === undefined || entry.tenant !== caller.tenant) return false;
  return !hasExpired(entry) && hasScope(entry, scope);
}

function hasExpired({ expiresAt }: KeyEntry): boolean {
  return expiresAt !== undefined && Date.parse(expiresAt) <= Date.now();
}

function invalidKey(detail: string): Refusal {
  return unauthenticated(detail, `${CHALLENGE}, error="invalid_token"`);
}

function unauthenticated(detail: string, challenge: string): Refusal {
  return new Refusal('unauthenticated', detail, { headers: { 'www-authenticate': challenge } });
}
