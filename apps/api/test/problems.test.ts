import { gzipSync } from 'node:zlib';
import { PROBLEMS, problemSchema, type Problem, type ProblemCode } from '@sandlot/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exchange, post, startTestApi, type TestApi } from './support/test-api.js';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ bodyBytes: 100_000 });
});
afterAll(async () => api.close());

/** Asserts that the answer is a complete problem document, and gives it. */
async function problemOf(response: Response): Promise<Problem> {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const problem = problemSchema.parse(await response.json());
  expect(problem.status).toBe(response.status);
  expect(problem.status).toBe(PROBLEMS[problem.code].status);
  expect(problem.requestId).toBe(response.headers.get('x-request-id'));
  expect(problem.type).toBe(`/docs#problem-${problem.code}`);
  return problem;
}

const submit = async (body: unknown, headers?: Record<string, string>): Promise<Problem> =>
  await problemOf(await post(`${api.url}/v1/jobs`, body, headers));

describe('a request that is not valid', () => {
  it('is told every field, with the reason and what would be right', async () => {
    const { code, errors, remedy } = await submit({
      argv: ['x', 5],
      files: [{ path: '../x', content: '', mode: '9' }, { path: 'a' }],
      limits: { wallTimeMs: '5000', pids: 0, memory: 1 },
      colour: 'blue',
    });
    expect(code).toBe('invalid-request');
    expect(remedy).toContain('errors');
    const messages = Object.fromEntries((errors ?? []).map(({ field, message }) => [field, message]));
    expect(messages).toMatchObject({
      'argv[1]': expect.stringContaining('Expected a string') as string,
      'files[0].path': expect.stringContaining('".."') as string,
      'files[0].mode': expect.stringContaining('octal') as string,
      'files[1].content': expect.stringContaining('Required') as string,
      'limits.wallTimeMs': 'Expected an integer from 1 to 600000, received "5000"',
      'limits.pids': 'Expected an integer from 1 to 4096, received 0',
      'limits.memory': expect.stringMatching(/"memory".*wallTimeMs.*memoryBytes/) as string,
      colour: expect.stringMatching(/"colour".*argv.*files.*stdin/) as string,
    });
  });

  it.each([
    ['{"argv":["x"],"env":{"__proto__":"x"}}', 'env.__proto__'],
    ['{"argv":["x"],"\\u005f_proto__":{"a":1}}', '__proto__'],
    ['{"argv":["x"],"files":[{"a":{"constructor":{"prototype":{}}}}]}', 'files[0].a.constructor.prototype'],
  ])('is told which name reaches into a prototype: %.60s', async (body, field) => {
    const { code, errors } = await submit(body);
    expect([code, errors]).toEqual([
      'invalid-request',
      [{ field, message: expect.stringContaining('prototype of an object') as string }],
    ]);
  });

  it('may name its own things constructor', async () => {
    const response = await post(`${api.url}/v1/jobs`, { argv: ['x'], env: { constructor: 'prototype' } });
    expect(response.status).toBe(202);
  });

  it('is told when it has no body at all', async () => {
    const headers = [{ 'content-type': 'application/json' }, undefined];
    for (const header of headers) {
      const response = await fetch(`${api.url}/v1/jobs`, {
        method: 'POST',
        ...(header === undefined ? {} : { headers: header }),
      });
      const { code, errors } = await problemOf(response);
      const message = expect.stringMatching(/^The request has no body; send a job/) as string;
      expect([code, errors]).toEqual(['invalid-request', [{ field: 'body', message }]]);
    }
  });

  it.each([['null'], [[]], ['"text"'], [7]])('names the body when that is %j', async (body) => {
    const { code, errors } = await submit(body);
    expect([code, errors?.[0]?.field]).toEqual(['invalid-request', 'body']);
  });
});

describe('a body that is not JSON', () => {
  it('is told where it breaks', async () => {
    const { code, detail } = await submit('{"argv": [}');
    expect([code, detail]).toEqual(['malformed-json', expect.stringContaining("Unexpected token '}'")]);
  });

  it('is refused when it is not UTF-8, instead of being altered', async () => {
    const body = Buffer.from('{"argv":["x"],"stdin":"\xff\xfe"}', 'latin1');
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${api.url}/v1/jobs`, { method: 'POST', headers, body });
    expect(await problemOf(response)).toMatchObject({
      code: 'malformed-json',
      detail: expect.stringContaining('UTF-8') as string,
    });
  });

  it('is refused when it is compressed, which is named', async () => {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const body = gzipSync('{"argv":["x"]}');
    const response = await fetch(`${api.url}/v1/jobs`, { method: 'POST', headers, body });
    expect(response.headers.get('accept-encoding')).toBe('identity');
    expect(await problemOf(response)).toMatchObject({
      code: 'unsupported-content-encoding',
      status: 415,
      detail: expect.stringContaining('Content-Encoding "gzip"') as string,
    });
  });

  it.each([{ 'content-type': 'text/plain' }, { 'content-type': 'application/x-www-form-urlencoded' }])(
    'is refused when it says so itself: %j',
    async (headers) => {
      const { code, detail } = await submit('{"argv":["x"]}', headers);
      expect([code, detail]).toEqual(['unsupported-media-type', expect.stringContaining('application/json')]);
    },
  );

  it('is refused beyond the maximum, which is named', async () => {
    const { code, detail } = await submit({ argv: ['x'], stdin: 'y'.repeat(100_000) });
    expect([code, detail]).toEqual(['body-too-large', expect.stringContaining('100000 bytes')]);
  });
});

describe('a path or method the service does not have', () => {
  it.each(['/nope', '/v1/jobs/x/y/z', '/docs/static/nope', '/v2/jobs'])('is 404: %s', async (path) => {
    expect(await problemOf(await fetch(api.url + path))).toMatchObject({ code: 'route-not-found' });
  });

  it.each([
    ['DELETE', '/v1/jobs', 'POST'],
    ['GET', '/v1/jobs/x/cancel', 'POST'],
    ['PUT', '/v1/jobs/x', 'GET, HEAD'],
    ['POST', '/healthz?x=1', 'GET, HEAD'],
    ['PROPFIND', '/v1/jobs', 'POST'],
  ])('is 405 with the methods there are: %s %s', async (method, path, allow) => {
    const response = await fetch(api.url + path, { method });
    expect(response.headers.get('allow')).toBe(allow);
    expect(await problemOf(response)).toMatchObject({ code: 'method-not-allowed' });
  });

  it('is 400 for a path that cannot be decoded', async () => {
    const response = await fetch(`${api.url}/v1/jobs/%zz`);
    expect(response.status).toBe(400);
    const { code, detail, remedy } = problemSchema.parse(await response.json());
    expect([code, detail]).toEqual(['malformed-request', expect.stringContaining('"%"')]);
    expect(remedy).not.toContain('`errors`');
  });
});

describe('what is not HTTP at all', () => {
  it.each([
    ['garbage', 'hello there\r\n\r\n', 'malformed-request', 'method'],
    ['TLS', Buffer.from([0x16, 3, 1, 0, 5, 1]), 'malformed-request', 'TLS'],
    ['an unknown method', 'FOO / HTTP/1.1\r\nHost: localhost\r\n\r\n', 'malformed-request', 'method'],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}',
      'malformed-request',
      'Content-Length',
    ],
    ['endless headers', `GET / HTTP/1.1\r\nX: ${'y'.repeat(40_000)}\r\n\r\n`, 'headers-too-large', '16 KiB'],
    ['no Host', 'GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n', 'malformed-request', 'Host'],
    [
      'an expectation',
      'POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nExpect: foo\r\nContent-Length: 2\r\n\r\n{}',
      'expectation-failed',
      '"foo"',
    ],
  ])('is answered with a problem too: %s', async (_name, bytes, code, word) => {
    const [head = '', body = ''] = (await exchange(api.url, bytes)).split('\r\n\r\n');
    expect(head).toContain('application/problem+json');
    expect(head).toContain(`HTTP/1.1 ${PROBLEMS[code as ProblemCode].status} `);
    const problem = problemSchema.parse(JSON.parse(body));
    expect(problem).toMatchObject({ code, detail: expect.stringContaining(word) as string });
    expect(head).toContain(`x-request-id: ${problem.requestId}`);
    expect(problem.remedy).not.toContain('`errors`');
  });
});

describe('a failure of the service itself', () => {
  it('is 503 with Retry-After while the queue is down, and tells no addresses', async () => {
    await using broken = await startTestApi();
    broken.queue.isDown = true;
    const requests = [
      await post(`${broken.url}/v1/jobs`, { argv: ['x'] }),
      await fetch(`${broken.url}/v1/jobs/01a20a8c-9e36-7031-b084-f0f714749584`),
      await fetch(`${broken.url}/v1/jobs/01a20a8c-9e36-7031-b084-f0f714749584/events`),
    ];
    for (const response of requests) {
      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).toBe('2');
      const problem = await problemOf(response);
      expect(problem.code).toBe('queue-unavailable');
      expect(JSON.stringify(problem)).not.toContain('10.1.2.3');
    }
    expect(broken.log.join('')).toContain('connect ECONNREFUSED 10.1.2.3');
  });

  it('is 500, logged once with all its causes, and tells nothing of them', async () => {
    await using broken = await startTestApi();
    broken.queue.find = async () => {
      throw new Error('outer secret', { cause: new Error('inner secret') });
    };
    const response = await fetch(`${broken.url}/v1/jobs/01a20a8c-9e36-7031-b084-f0f714749584`);
    const problem = await problemOf(response);
    expect(problem.code).toBe('internal-error');
    expect(JSON.stringify(problem)).not.toContain('secret');
    const lines = broken.log.filter((line) => line.includes('outer secret'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('inner secret');
    expect(lines[0]).toContain(problem.requestId);
  });
});
