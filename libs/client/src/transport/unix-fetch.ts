import { request, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

/** A `fetch` that speaks HTTP over a unix socket; takes what this client hands to it, no more. */
export function createUnixFetch(socketPath: string): typeof fetch {
  return async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const message = await send(socketPath, url, init);
    const body = message.statusCode === 204 ? null : Readable.toWeb(message);
    // Node's web streams are those of the global Response; only their types differ.
    return new Response(body as ReadableStream | null, {
      status: message.statusCode ?? 502,
      headers: Object.entries(message.headers).map(([name, value]): [string, string] => [
        name,
        String(value),
      ]),
    });
  };
}

async function send(socketPath: string, url: URL, init: RequestInit): Promise<IncomingMessage> {
  return await new Promise((resolve, reject) => {
    const outgoing = request({
      socketPath,
      path: url.pathname + url.search,
      method: init.method ?? 'GET',
      headers: Object.fromEntries(new Headers(init.headers)),
      ...(init.signal ? { signal: init.signal } : {}),
    });
    outgoing.once('response', resolve);
    outgoing.once('error', reject);
    outgoing.end(typeof init.body === 'string' ? init.body : undefined);
  });
}
