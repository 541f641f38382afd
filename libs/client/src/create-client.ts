import type { JobDocument } from '@sandlot/contract';
import type { Client, ClientOptions } from './client.js';
import { ConnectionError, reasonOf } from './connection-error.js';
import { followJob } from './events/follow-job.js';
import { isTerminal } from './terminal-states.js';
import { createTransport, type TransportRequest } from './transport/transport.js';

/** Connects nothing yet; the first call does. @throws {TypeError} if `baseUrl` is no address, or `apiKey` can be no key. */
export function createClient(options: ClientOptions): Client {
  const transport = createTransport(options);

  async function job(path: string, request?: TransportRequest): Promise<JobDocument> {
    const response = await transport(path, request);
    try {
      return (await response.json()) as JobDocument; // the service and this client share one contract
    } catch (error) {
      request?.signal?.throwIfAborted();
      throw new ConnectionError(options.baseUrl, `the answer broke off: ${reasonOf(error)}`, {
        cause: error,
      });
    }
  }

  const get = async (id: string, signal: AbortSignal | undefined): Promise<JobDocument> =>
    await job(jobPath(id), { signal });

  const events: Client['events'] = (id, eventsOptions = {}) =>
    followJob({ transport, get }, id, eventsOptions);

  return {
    submit: async (spec, { waitSeconds, idempotencyKey, signal } = {}) =>
      await job('/v1/jobs', {
        method: 'POST',
        body: spec,
        headers: {
          ...preferWait(waitSeconds),
          ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
        },
        signal,
      }),
    get: async (id, { signal } = {}) => await get(id, signal),
    cancel: async (id, { waitSeconds, signal } = {}) =>
      await job(`${jobPath(id)}/cancel`, { method: 'POST', headers: preferWait(waitSeconds), signal }),
    events,
    async artifact(id, path, { signal } = {}) {
      const { body } = await transport(artifactPath(id, path), { signal });
      return body === null ? noPieces() : piecesOf(body, options.baseUrl, signal);
    },
    async waitFor(id, { signal } = {}) {
      const current = await get(id, signal);
      if (isTerminal(current.state)) return current;
      for await (const { event } of events(id, signal === undefined ? {} : { signal })) {
        if (event.type === 'state' && isTerminal(event.state)) break;
      }
      return await get(id, signal);
    },
  };
}

function jobPath(id: string): string {
  return `/v1/jobs/${encodeURIComponent(id)}`;
}

function artifactPath(id: string, path: string): string {
  return `${jobPath(id)}/artifacts/${path.split('/').map(encodeURIComponent).join('/')}`;
}

/** What comes, a broken connection worded. */
async function* piecesOf(
  body: ReadableStream<Uint8Array>,
  baseUrl: string,
  signal: AbortSignal | undefined,
): AsyncIterable<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    signal?.throwIfAborted();
    throw new ConnectionError(baseUrl, `the answer broke off: ${reasonOf(error)}`, { cause: error });
  }
}

async function* noPieces(): AsyncIterable<Uint8Array> {
  yield* [];
}

function preferWait(seconds: number | undefined): Record<string, string> {
  return seconds === undefined ? {} : { prefer: `wait=${Math.round(seconds)}` };
}
