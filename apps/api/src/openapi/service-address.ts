import type { FastifyRequest } from 'fastify';
import type { ListenAddress } from '../api-options.js';

/** Stands in the description for the address of the service, which differs with the way a reader came. */
export const SERVICE_ORIGIN = 'https://origin.invalid';
/** Stands for what follows `curl` to reach the service; a path follows it. */
export const CURL_TARGET = '<how curl reaches the service>';

/** Puts into a description (JSON text) the address under which this request reached the service. */
export function fillInAddress(json: string, request: FastifyRequest, listen: ListenAddress): string {
  const origin = 'path' in listen ? 'http://localhost' : originOf(request);
  const target = 'path' in listen ? `--unix-socket ${listen.path} ${origin}` : origin;
  return json
    .replaceAll(JSON.stringify(SERVICE_ORIGIN), () => JSON.stringify(origin))
    .replaceAll(CURL_TARGET, () => JSON.stringify(target).slice(1, -1));
}

/** Host is the client's text: only what is an address goes into the document. */
function originOf({ headers, socket }: FastifyRequest): string {
  const { host = '' } = headers;
  const scheme = headers['x-forwarded-proto'] === 'https' ? 'https' : 'http';
  if (/^([a-z0-9.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?$/i.test(host)) return `${scheme}://${host}`;
  return `http://localhost:${socket.localPort ?? 80}`;
}
