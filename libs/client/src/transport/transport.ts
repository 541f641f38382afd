import type { Problem } from '@sandlot/contract';
import type { ClientOptions } from '../client.js';
import { ConnectionError, reasonOf } from '../connection-error.js';
import { ProblemError } from '../problem-error.js';
import { createUnixFetch } from './unix-fetch.js';

export interface TransportRequest {
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

/** Makes a request below the service's address. Resolves for an answer of success only. */
export type Transport = (path: string, request?: TransportRequest) => Promise<Response>;

export function createTransport({ baseUrl, apiKey, fetch: given }: ClientOptions): Transport {
  const own = authorization(apiKey);
  const unixPath = /^unix:(?:\/\/)?(\/.+)$/.exec(baseUrl)?.[1];
  const send = given ?? (unixPath === undefined ? fetch : createUnixFetch(unixPath));
  const origin = unixPath === undefined ? checkUrl(baseUrl) : 'http://localhost';
  return async (path, { method = 'GET', headers = {}, body, signal } = {}) => {
    let response: Response;
    try {
      response = await send(origin + path, {
        method,
        headers: {
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
          ...own,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (error) {
      signal?.throwIfAborted();
      throw new ConnectionError(baseUrl, reasonOf(error), { cause: error });
    }
    if (response.ok) return response;
    throw await refusalOf(response, baseUrl);
  };
}

/** The key is checked here, for what the platform says of a header that it cannot send would show it. */
function authorization(apiKey: string | undefined): Readonly<Record<string, string>> {
  if (apiKey === undefined) return {};
  if (/^[\x21-\x7e]+$/.test(apiKey)) return { authorization: `Bearer ${apiKey}` };
  throw new TypeError('Expected the API key as visible ASCII characters, without spaces and line ends');
}

function checkUrl(baseUrl: string): string {
  if (/^https?:\/\//.test(baseUrl) && URL.canParse(baseUrl)) return baseUrl.replace(/\/+$/, '');
  throw new TypeError(
    `Expected the service's address as http://host:port or unix:/path, got ${JSON.stringify(baseUrl)}`,
  );
}

async function refusalOf(response: Response, baseUrl: string): Promise<Error> {
  const text = await response.text();
  const type = response.headers.get('content-type') ?? '';
  if (!type.includes('application/problem+json')) {
    return new ConnectionError(baseUrl, `something that is not Sandlot answered with ${response.status}`);
  }
  // The media type is the service's word that this is a problem document.
  const problem = JSON.parse(text) as Problem;
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new ProblemError(problem, Number.isFinite(retryAfter) ? retryAfter : undefined);
}
