import { quote } from '@sandlot/contract';
import type { FastifyRequest } from 'fastify';
import { Refusal } from '../problem/refusal.js';

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses what would change something and comes from a page of another origin. A page of the service's own has its
 * Host as origin; behind a proxy that alters Host the browser itself says `Sec-Fetch-Site: same-origin`, which no
 * page can set. What is not a browser sends no Origin.
 */
export function refuseForeignOrigin({ method, headers }: FastifyRequest): void {
  const { origin, host } = headers;
  if (SAFE_METHODS.has(method) || origin === undefined) return;
  if (headers['sec-fetch-site'] === 'same-origin') return;
  const authority = /^https?:\/\/(.+)$/i.exec(origin)?.[1];
  if (authority !== undefined && authority.toLowerCase() === host?.toLowerCase()) return;
  throw new Refusal(
    'foreign-origin',
    `The request comes from a page of ${quote(origin)}, and the service is ${quote(host ?? '')}.`,
  );
}
