import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { problemSchema } from '@sandlot/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exchange, startTestApi, until, type TestApi } from './support/test-api.js';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(async () => api.close());

const BODY = '{"argv":["guarded"]}';

interface Answer {
  readonly status: number | undefined;
  readonly code?: string;
}

/** `fetch` sets Host and Origin by itself, so plain node:http. */
async function send(
  where: { readonly host: string; readonly port: string } | { readonly socketPath: string },
  method: string,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  const path = method === 'POST' ? '/v1/jobs' : '/healthz';
  return await new Promise((resolve, reject) => {
    const sent = request({ ...where, method, path, headers }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => {
        const status = response.statusCode;
        if (status === undefined || status < 400) resolve({ status });
        else resolve({ status, code: problemSchema.parse(JSON.parse(text)).code });
      });
    });
    sent.on('error', reject);
    sent.end(method === 'POST' ? BODY : undefined);
  });
}

const get = async (headers: Readonly<Record<string, string>>, url = api.url): Promise<Answer> =>
  await send({ host: '127.0.0.1', port: new URL(url).port }, 'GET', headers);

const submit = async (headers: Readonly<Record<string, string>>): Promise<Answer> =>
  await send({ host: '127.0.0.1', port: new URL(api.url).port }, 'POST', {
    'content-type': 'application/json',
    'content-length': String(BODY.length),
    ...headers,
  });

describe('Host, on a loopback address', () => {
  it.each(['localhost', 'LOCALHOST:1', '127.0.0.1:7420', '127.1.2.3', '[::1]', '[::1]:80'])(
    'may be %s',
    async (host) => {
      expect(await get({ host })).toEqual({ status: 200 });
    },
  );

  it.each([
    'evil.example',
    'evil.example:7420',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '10.0.0.1',
  ])('is refused when it is %j, as a rebound name would be', async (host) => {
    expect(await get({ host })).toEqual({ status: 421, code: 'misdirected-request' });
    expect(await submit({ host })).toEqual({ status: 421, code: 'misdirected-request' });
  });

  it('is refused on every path, and nothing is accepted', async () => {
    const bytes = 'GET /nope HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n';
    expect(await exchange(api.url, bytes)).toMatch(/^HTTP\/1\.1 421 /);
    expect(api.queue.newest('guarded')).toBeUndefined();
  });

  it('may be missing in HTTP/1.0, which has none', async () => {
    expect(await exchange(api.url, 'GET /healthz HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe('Host, elsewhere', () => {
  it('may be anything on a unix socket', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'sandlot-api-'));
    const path = join(directory, 'api.sock');
    await using served = await startTestApi({ listen: { path } });
    expect(served.url).toBe(`unix:${path}`);
    expect(await send({ socketPath: path }, 'GET', { host: 'any.example' })).toEqual({ status: 200 });
    await rm(directory, { recursive: true });
  });
});

describe('Origin of a request that changes something', () => {
  const host = 'localhost:7420';

  it.each([
    ['absent', {}],
    ['the service itself', { origin: `http://${host}` }],
    ['the service behind TLS', { origin: `https://${host}` }],
    [
      'another name by which a proxy serves it',
      { origin: 'https://jobs.example', 'sec-fetch-site': 'same-origin' },
    ],
  ])('may be %s', async (_name, headers) => {
    expect(await submit({ host, ...headers })).toEqual({ status: 202 });
  });

  it.each([
    ['another site', { origin: 'https://evil.example' }],
    ['another port', { origin: 'http://localhost:3000' }],
    ['a page without one', { origin: 'null' }],
    ['a sister site', { origin: 'https://a.example', 'sec-fetch-site': 'same-site' }],
  ])('is refused when it is %s', async (_name, headers) => {
    expect(await submit({ host, ...headers })).toEqual({ status: 403, code: 'foreign-origin' });
  });

  it('does not matter for what only reads', async () => {
    expect(await get({ host, origin: 'https://evil.example' })).toEqual({ status: 200 });
  });

  it('keeps a refused job out of the queue', async () => {
    await until(() => api.queue.newest('guarded') !== undefined, 'the accepted ones are in');
    const before = api.queue.newest('guarded');
    await submit({ host, origin: 'https://evil.example' });
    expect(api.queue.newest('guarded')).toBe(before);
  });
});
