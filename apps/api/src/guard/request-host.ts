import { quote } from '@sandlot/contract';
import type { FastifyRequest } from 'fastify';
import { Refusal } from '../problem/refusal.js';

/** HTTP/1.1 demands a Host (RFC 9112, section 3.2); HTTP/1.0, which some health checks speak, does not know it. */
export function refuseMissingHost({ headers, raw }: FastifyRequest): void {
  if (headers.host !== undefined || raw.httpVersion !== '1.1') return;
  throw new Refusal('malformed-request', 'The request has no Host header, which HTTP/1.1 demands.');
}

/** Refuses a Host that is neither a name of loopback nor the one that the operator had the service listen on. */
export function refuseForeignHost({ headers }: FastifyRequest, ownName?: string): void {
  if (headers.host === undefined) return;
  const name = hostName(headers.host);
  if (isLoopbackName(name) || name === ownName?.toLowerCase()) return;
  throw new Refusal(
    'misdirected-request',
    `The service listens on loopback only, and ${quote(headers.host)} is not a name of that.`,
  );
}

/** Whether an address that a server is bound to can only be reached from this machine. */
export function isLoopbackAddress(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}

function isLoopbackName(name: string): boolean {
  return name === 'localhost' || name === '[::1]' || /^127(\.\d{1,3}){3}$/.test(name);
}

/** `Host` without its port, in lower case. */
function hostName(host: string): string {
  return host.replace(/:\d*$/, '').toLowerCase();
}
