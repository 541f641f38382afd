import { Agent, get, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { problemSchema, type JobDocument, type Problem } from '@sandlot/contract';
import { describe, expect, it } from 'vitest';
import { createKey, KeyRing } from '../src/index.js';
import { exchange, post, startTestApi, until, type TestApi } from './support/test-api.js';

const MiB = 1024 * 1024;

async function problemOf(response: Response): Promise<Problem> {
  const problem = problemSchema.parse(await response.json());
  expect(problem.status).toBe(response.status);
  return problem;
}

const submitted = async (api: TestApi, headers: Record<string, string> = {}): Promise<string> =>
  ((await (await post(`${api.url}/v1/jobs`, { argv: ['x'] }, headers)).json()) as JobDocument).id;

describe('a body', () => {
  it.each([
    ['nested deep', '['.repeat(MiB), 'nested more than 32 levels deep'],
    [
      'nested deep within a job',
      `{"argv":["x"],"a":${'['.repeat(100)}${']'.repeat(100)}}`,
      'nested more than 32 levels deep',
    ],
    ['of many values', `{"argv":["x"],"files":[${'{},'.repeat(MiB)}{}]}`, 'more than 8192 values'],
    ['of many fields', `{"argv":["x"]${',"a":0'.repeat(MiB)}}`, 'more than 8192 values'],
  ])('%s is refused before it is parsed', async (_what, body, message) => {
    await using api = await startTestApi();
    const begun = performance.now();
    const { code, errors } = await problemOf(await post(`${api.url}/v1/jobs`, body));
    expect(performance.now() - begun).toBeLessThan(1000);
    expect([code, errors]).toEqual([
      'invalid-request',
      [{ field: 'body', message: expect.stringContaining(message) as string }],
    ]);
  });

  it.each([
    ['variables', { env: Object.fromEntries(Array.from({ length: 8000 }, (_, n) => [`V${n}`, ''])) }],
    ['arguments', { argv: Array.from({ length: 8000 }, () => 'x') }],
    ['files', { files: Array.from({ length: 8000 }, () => ({ path: '../x', content: '' })) }],
    ['labels', { labels: Object.fromEntries(Array.from({ length: 8000 }, (_, n) => [`l ${n}`, ''])) }],
    ['unknown fields', Object.fromEntries(Array.from({ length: 8000 }, (_, n) => [`f${n}`, 0]))],
    ['steps', { steps: Array.from({ length: 8000 }, () => ({ name: 'a', argv: ['x'] })) }],
  ])('of as many %s as may be parsed is judged soon, and its answer is short', async (_what, part) => {
    await using api = await startTestApi();
    const begun = performance.now();
    const response = await post(`${api.url}/v1/jobs`, { argv: ['x'], ...part });
    const text = await response.text();
    expect([response.status, text.length < 50_000]).toEqual([400, true]);
    expect(performance.now() - begun).toBeLessThan(2000);
  });

  it('that is declared larger than may be is refused before it comes', async () => {
    await using api = await startTestApi();
    const head = 'POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
    const text = await exchange(api.url, `${head}Content-Length: ${100 * MiB}\r\nConnection: close\r\n\r\n{`);
    expect(text).toMatch(/^HTTP\/1\.1 413 /);
    expect(text).toContain('"code":"body-too-large"');
  });

  it('that grows beyond it in chunks is refused when it does', async () => {
    await using api = await startTestApi({ bodyBytes: 1000 });
    const head = 'POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
    const chunk = `400\r\n${' '.repeat(0x400)}\r\n`;
    const text = await exchange(
      api.url,
      `${head}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n${chunk}`,
    );
    expect(text).toMatch(/^HTTP\/1\.1 413 /);
  });
});

describe('bodies together', () => {
  const HEAD = 'POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
  const open = async (api: TestApi, text: string): Promise<Socket> =>
    await new Promise((resolve) => {
      const socket = connect(Number(new URL(api.url).port), '127.0.0.1', () =>
        socket.write(text, () => resolve(socket)),
      );
    });
  const job = (stdin: string): string => JSON.stringify({ argv: ['x'], stdin });
  const statusOf = async (api: TestApi, stdin: string, headers = {}): Promise<number> =>
    (await post(`${api.url}/v1/jobs`, job(stdin), headers)).status;

  it('have bounded room: one that finds none is told so, until others are gone', async () => {
    await using api = await startTestApi({ bodyBytes: 100_000, bodiesBytes: 150_000, closeGraceMs: 100 });
    const slow = await open(api, `${HEAD}Content-Length: 100000\r\n\r\n${' '.repeat(99_000)}`);
    await expect.poll(async () => await statusOf(api, 'y'.repeat(80_000))).toBe(503);
    const refused = await post(`${api.url}/v1/jobs`, job('y'.repeat(80_000)));
    expect([refused.headers.get('retry-after'), refused.headers.get('connection')]).toEqual(['2', 'close']);
    expect(await problemOf(refused)).toMatchObject({ code: 'overloaded' });
    expect(await statusOf(api, 'y'.repeat(40_000))).toBe(202);
    slow.destroy();
    await expect.poll(async () => await statusOf(api, 'y'.repeat(80_000))).toBe(202);
  });

  it('take no room by what they announce, nor while their jobs are waited for', async () => {
    await using api = await startTestApi({ bodyBytes: 100_000, bodiesBytes: 100_000, closeGraceMs: 100 });
    const announcers = [1, 2, 3].map(async () => await open(api, `${HEAD}Content-Length: 99000\r\n\r\n{`));
    const waiting = new AbortController();
    for (let round = 0; round < 3; round += 1) {
      const body = job('y'.repeat(90_000));
      void post(`${api.url}/v1/jobs`, body, { prefer: 'wait=30' }, waiting.signal).catch(() => undefined);
      await until(() => api.queue.openStreams === round + 1, 'the request to wait');
    }
    expect(await statusOf(api, 'y'.repeat(90_000))).toBe(202);
    waiting.abort();
    for (const socket of await Promise.all(announcers)) socket.destroy();
  });
});

describe('a head', () => {
  it.each([
    ['a path', `GET /v1/jobs/${'a'.repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`],
    ['a query', `GET /healthz?${'a'.repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`],
    ['one header', `GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`],
    ['many headers', `GET /healthz HTTP/1.1\r\nHost: localhost\r\n${'X-Many: zzzzzz\r\n'.repeat(2000)}\r\n`],
    [
      'a key',
      `GET /metrics HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${'a'.repeat(20_000)}\r\n\r\n`,
    ],
  ])('with %s of more than 16 KiB is refused', async (_what, bytes) => {
    await using api = await startTestApi();
    const text = await exchange(api.url, bytes);
    expect(text).toMatch(/^HTTP\/1\.1 431 /);
    expect(text).toContain('"code":"headers-too-large"');
  });
});

describe('an id', () => {
  const ID = '01a20a8c-9e36-7031-b084-f0f714749584';

  it.each([
    '..%2f..%2fetc%2fpasswd',
    '%2e%2e',
    '%2e%2e%2f%2e%2e%2fjobs',
    `..%2f${ID}`,
    `${ID}%2f..`,
    `${ID}%00`,
    '%00',
    `${ID}%0a`,
    ID.toUpperCase(),
    'meta',
    '__proto__',
    'constructor',
    '*',
    'a'.repeat(15_000),
    '%c0%ae%c0%ae'.replaceAll('%c0%ae', '%ff'),
  ])('that is none leads nowhere: %.40s', async (id) => {
    await using api = await startTestApi();
    const asked: string[] = [];
    api.queue.find = async (wanted) => {
      asked.push(wanted);
      return undefined;
    };
    for (const [method, path] of [
      ['GET', ''],
      ['POST', '/cancel'],
      ['GET', '/events'],
    ]) {
      const bytes = `${method} /v1/jobs/${id}${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;
      const text = await exchange(api.url, bytes);
      expect(text).toMatch(/^HTTP\/1\.1 40[04] /);
      expect(text).toMatch(/"code":"(job-not-found|malformed-request)"/);
    }
    expect(asked).toEqual([]);
  });

  it.each(['../x', 'a b', '\t', 'é', 'x'.repeat(256)])(
    'of a request that cannot be an Idempotency-Key is refused: %.20j',
    async (key) => {
      await using api = await startTestApi();
      const head = `POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n`;
      const bytes = `${head}Content-Length: 14\r\nConnection: close\r\nIdempotency-Key: ${key}\r\n\r\n{"argv":["x"]}`;
      // A path is a name like any other: it becomes none.
      const expected = key === '../x' ? /^HTTP\/1\.1 202 / : /^HTTP\/1\.1 400 /;
      expect(await exchange(api.url, Buffer.from(bytes, 'latin1'))).toMatch(expected);
    },
  );
});

describe('requests that wait', () => {
  const keyOf = (tenant: string) => createKey({ tenant, scopes: ['jobs:read', 'jobs:write'] });
  const [acme, rival] = [keyOf('acme'), keyOf('rival')];
  const ring = new KeyRing([acme.entry, rival.entry]);
  const bearer = ({ key }: { readonly key: string }) => ({ authorization: `Bearer ${key}` });
  const follow = async (
    api: TestApi,
    id: string,
    headers: Record<string, string>,
    { signal }: AbortController,
  ): Promise<Response> => await fetch(`${api.url}/v1/jobs/${id}/events`, { headers, signal });

  it('are refused with 429 beyond the half for one tenant, and beyond the whole', async () => {
    await using api = await startTestApi({ waits: 3, keys: () => ring, closeGraceMs: 100 });
    const streams = new AbortController();
    const mine = await submitted(api, bearer(acme));
    const theirs = await submitted(api, bearer(rival));
    expect((await follow(api, mine, bearer(acme), streams)).status).toBe(200);
    expect((await follow(api, mine, bearer(acme), streams)).status).toBe(200);
    const refused = await follow(api, mine, bearer(acme), streams);
    expect(refused.headers.get('retry-after')).toBe('5');
    expect((await problemOf(refused)).code).toBe('too-many-streams');
    expect((await follow(api, theirs, bearer(rival), streams)).status).toBe(200);
    expect((await follow(api, theirs, bearer(rival), streams)).status).toBe(429);
    streams.abort();
    await until(() => api.queue.openStreams === 0, 'the streams end');
    const again = new AbortController();
    expect((await follow(api, mine, bearer(acme), again)).status).toBe(200);
    again.abort();
    await until(() => api.queue.openStreams === 0, 'the stream ends');
  });

  it('have all the room of a service without keys', async () => {
    await using api = await startTestApi({ waits: 2 });
    const streams = new AbortController();
    const id = await submitted(api);
    for (const status of [200, 200, 429]) expect((await follow(api, id, {}, streams)).status).toBe(status);
    streams.abort();
  });

  it('are answered without a wait where there is no room for one, and the job is accepted', async () => {
    await using api = await startTestApi({ waits: 1 });
    const streams = new AbortController();
    await follow(api, await submitted(api), {}, streams);
    const response = await post(`${api.url}/v1/jobs`, { argv: ['y'] }, { prefer: 'wait=30' });
    expect([response.status, response.headers.get('preference-applied')]).toEqual([202, null]);
    expect(api.queue.newest('y')).toBeDefined();
    streams.abort();
  });
});

describe('connections', () => {
  const request = async (url: string, path: string, agent: Agent): Promise<IncomingMessage> =>
    await new Promise((resolve, reject) => {
      get(url + path, { agent }, (response) => {
        response.resume().once('end', () => resolve(response));
      }).once('error', reject);
    });

  it('beyond the limit are told so and closed, but for health', async () => {
    await using api = await startTestApi({ connections: 2 });
    const id = '01a20a8c-9e36-7031-b084-f0f714749584';
    const agents = [1, 2, 3].map(() => new Agent({ keepAlive: true, maxSockets: 1 }));
    const [first, second, third] = agents as [Agent, Agent, Agent];
    for (const agent of [first, second, first])
      expect((await request(api.url, `/v1/jobs/${id}`, agent)).statusCode).toBe(404);
    const refused = await request(api.url, `/v1/jobs/${id}`, third);
    expect([refused.statusCode, refused.headers.connection, refused.headers['retry-after']]).toEqual([
      503,
      'close',
      '2',
    ]);
    expect((await request(api.url, '/healthz', third)).statusCode).toBe(200);
    first.destroy();
    await expect
      .poll(async () => (await request(api.url, `/v1/jobs/${id}`, third)).statusCode, { timeout: 5000 })
      .toBe(404);
    for (const agent of agents) agent.destroy();
  });

  it('far beyond it are closed unanswered', async () => {
    await using api = await startTestApi({ connections: 1 });
    const { port } = new URL(api.url);
    let closed = 0;
    const sockets = await Promise.all(
      Array.from(
        { length: 100 },
        async () =>
          await new Promise<Socket>((resolve) => {
            const socket = connect(Number(port), '127.0.0.1', () => resolve(socket));
            socket.on('close', () => (closed += 1)).on('error', () => undefined);
          }),
      ),
    );
    await until(() => closed >= 35, 'those beyond 65 are closed');
    expect(closed).toBe(35);
    for (const socket of sockets) socket.destroy();
  });
});
