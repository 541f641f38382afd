import { isIPv6 } from 'node:net';

/** Where the API listens. Port 0 means any free port. */
export type ListenAddress = { readonly host: string; readonly port: number } | { readonly path: string };

const HOST_PORT = /^(?:\[([^\]]+)\]|([^:[\]/\s]+)):(\d{1,5})$/;

/**
 * Reads `host:port`, `[address]:port` or `unix:/path`.
 *
 * @throws {RangeError} for anything else.
 */
export function parseListenAddress(text: string): ListenAddress {
  if (text.startsWith('unix:/')) return { path: text.slice('unix:'.length) };
  const [, bracketed, plain, digits] = HOST_PORT.exec(text) ?? [];
  const port = Number(digits);
  const host = bracketed ?? plain;
  const isAddress = bracketed === undefined || isIPv6(bracketed);
  if (host !== undefined && isAddress && port <= 65_535) return { host, port };
  throw new RangeError('Expected host:port, [IPv6 address]:port or unix:/absolute/path');
}

/** Whether only this machine can reach the address. A name other than `localhost` may lead anywhere. */
export function isLocal(address: ListenAddress): boolean {
  if ('path' in address) return true;
  return address.host === 'localhost' || address.host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(address.host);
}
