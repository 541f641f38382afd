import { quote } from '@sandlot/contract';
import type { FastifyRequest } from 'fastify';
import { Refusal } from '../problem/refusal.js';

/** Refuses a compressed body, which would otherwise be read as broken JSON. */
export function refuseEncodedBody({ headers }: FastifyRequest): void {
  const encoding = headers['content-encoding'];
  if (encoding === undefined || /^\s*(identity)?\s*$/i.test(encoding)) return;
  throw new Refusal(
    'unsupported-content-encoding',
    `The body is declared with Content-Encoding ${quote(encoding)}; only identity is taken.`,
    // What would be taken: RFC 9110, section 12.5.3.
    { headers: { 'accept-encoding': 'identity' } },
  );
}
