import { setTimeout as sleep } from 'node:timers/promises';
import { problemSchema, type JobDocument, type Problem } from '@sandlot/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createKey, KeyRing, type Scope } from '../src/index.js';
import { exchange, post, startTestApi, type TestApi } from './support/test-api.js';

const made = {
  acme: createKey({ tenant: 'acme', scopes: ['jobs:read', 'jobs:write'] }),
  reader: createKey({ tenant: 'acme', scopes: ['jobs:read'] }),
  writer: createKey({ tenant: 'acme', scopes: ['jobs:write'] }),
  metrics: createKey({ tenant: 'acme', scopes: ['metrics:read'] }),
  rival: createKey({ tenant: 'rival', scopes: ['jobs:read', 'jobs:write'] }),
  admin: createKey({ tenant: 'operator', scopes: ['admin'] }),
  old: createKey({ tenant: 'acme', scopes: ['admin'], id: 'old', expiresAt: '2020-01-01T00:00:00Z' }),
};
type Name = keyof typeof made;
const entries = Object.values(made).map(({ entry }) => entry);
const bearer = (name: Name): Record<string, string> => ({ authorization: `Bearer ${made[name].key}` });

let api: TestApi;
let keys = new KeyRing(entries);
beforeAll(async () => {
  api = await startTestApi({ keys: () => keys, heartbeatMs: 50 });
});
beforeEach(() => {
  keys = new KeyRing(entries);
});
afterAll(async () => api.close());

async function problemOf(response: Response): Promise<Problem> {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const problem = problemSchema.parse(await response.json());
  expect(problem.status).toBe(response.status);
  return problem;
}

/** A problem's code; undefined for an answer without a body. */
const codeIn = (text: string): string | undefined =>
  text === '' ? undefined : problemSchema.parse(JSON.parse(text)).code;

const submit = async (name: Name, headers: Record<string, string> = {}, argv = ['x']): Promise<Response> =>
  await post(`${api.url}/v1/jobs`, { argv }, { ...bearer(name), ...headers });
const jobOf = async (response: Response): Promise<JobDocument> => (await response.json()) as JobDocument;
const visit = async (name: Name, path: string, method = 'GET'): Promise<Response> =>
  await fetch(api.url + path, { method, headers: bearer(name) });

const ID = '01a20a8c-9e36-7031-b084-f0f714749584';
const GUARDED: readonly (readonly [string, string, Exclude<Scope, 'admin'>])[] = [
  ['POST', '/v1/jobs', 'jobs:write'],
  ['GET', `/v1/jobs/${ID}`, 'jobs:read'],
  ['HEAD', `/v1/jobs/${ID}`, 'jobs:read'],
  ['POST', `/v1/jobs/${ID}/cancel`, 'jobs:write'],
  ['GET', `/v1/jobs/${ID}/events`, 'jobs:read'],
  ['GET', `/v1/jobs/${ID}/artifacts/out.txt`, 'jobs:read'],
  ['HEAD', `/v1/jobs/${ID}/artifacts/out.txt`, 'jobs:read'],
  ['GET', '/metrics', 'metrics:read'],
  ['HEAD', '/metrics', 'metrics:read'],
];

describe('a request without a valid key', () => {
  it.each(GUARDED)('is 401 and told the scheme: %s %s', async (method, path) => {
    const response = await fetch(api.url + path, { method });
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="sandlot"');
    expect([response.status, codeIn(await response.text())]).toEqual([
      401,
      method === 'HEAD' ? undefined : 'unauthenticated',
    ]);
  });

  it.each([
    ['another scheme', 'Basic dXNlcjpwYXNz', /not "Bearer"/],
    ['no key', 'Bearer', /not "Bearer"/],
    ['two words', 'Bearer a b', /not "Bearer"/],
    ['a long text', `Bearer ${'a'.repeat(600)}`, /not "Bearer"/],
    ['an unknown key', `Bearer sandlot_${'A'.repeat(43)}`, /does not know/],
    ['the digest of a key', `Bearer ${made.acme.entry.sha256}`, /does not know/],
    ['the id of a key', `Bearer ${made.acme.entry.id}`, /does not know/],
    ['an expired key', `Bearer ${made.old.key}`, /The API key old has expired at 2020/],
  ])('is 401 with %s, which is never repeated', async (_what, authorization, detail) => {
    const response = await fetch(`${api.url}/metrics`, { headers: { authorization } });
    const problem = await problemOf(response);
    expect([problem.code, problem.detail]).toEqual(['unauthenticated', expect.stringMatching(detail)]);
    const invalid = /know|expired/.test(detail.source) ? ', error="invalid_token"' : '';
    expect(response.headers.get('www-authenticate')).toBe(`Bearer realm="sandlot"${invalid}`);
    expect(JSON.stringify(problem) + api.log.join('')).not.toContain(
      authorization.slice('Bearer '.length) || '\0',
    );
  });

  it('is answered before its body is read', async () => {
    const head = 'POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
    const text = await exchange(api.url, `${head}Content-Length: 1000\r\nConnection: close\r\n\r\n`);
    expect(text).toMatch(/^HTTP\/1\.1 401 /);
  });

  it.each(['/healthz', '/readyz', '/docs', '/docs/start.js', '/openapi.json'])('may see %s', async (path) => {
    expect((await fetch(api.url + path)).status).toBe(200);
  });

  it.each(['/nope', '/v1/jobs/x/y', '/metrics/..%2f'])('finds nothing at %s', async (path) => {
    expect((await fetch(api.url + path)).status).toBe(404);
  });
});

describe('a key', () => {
  it.each(GUARDED)('without the scope is 403, which is named: %s %s', async (method, path, scope) => {
    const name = scope === 'jobs:read' ? 'writer' : 'reader';
    const response = await visit(name, path, method);
    expect(response.headers.get('www-authenticate')).toContain(
      `error="insufficient_scope", scope="${scope}"`,
    );
    const text = await response.text();
    expect([response.status, codeIn(text)]).toEqual([403, method === 'HEAD' ? undefined : 'scope-missing']);
    expect(method === 'HEAD' || text.includes(`the scope ${scope};`)).toBe(true);
  });

  it('with the scope may do it, and only it', async () => {
    const { id, tenant } = await jobOf(await submit('writer'));
    expect(tenant).toBe('acme');
    expect((await visit('reader', `/v1/jobs/${id}`)).status).toBe(200);
    expect((await visit('writer', `/v1/jobs/${id}/cancel`, 'POST')).status).toBe(200);
    expect((await visit('metrics', '/metrics')).status).toBe(200);
    expect((await visit('metrics', `/v1/jobs/${id}`)).status).toBe(403);
  });

  it('is taken however the name of its scheme is written', async () => {
    const headers = { authorization: `bearer  ${made.metrics.key}` };
    expect((await fetch(`${api.url}/metrics`, { headers })).status).toBe(200);
  });

  it('may do everything with the scope admin', async () => {
    const { id } = await jobOf(await submit('admin'));
    expect((await visit('admin', `/v1/jobs/${id}`)).status).toBe(200);
    expect((await visit('admin', '/metrics')).status).toBe(200);
  });

  it('is refused from the moment it is revoked', async () => {
    expect((await visit('metrics', '/metrics')).status).toBe(200);
    keys = new KeyRing(entries.filter(({ id }) => id !== made.metrics.entry.id));
    expect((await visit('metrics', '/metrics')).status).toBe(401);
  });
});

describe('an event stream', () => {
  const follow = async (name: Name): Promise<{ readonly ended: Promise<void> }> => {
    const { id } = await jobOf(await submit('acme'));
    const response = await visit(name, `/v1/jobs/${id}/events`);
    expect(response.status).toBe(200);
    const ended = response.text().then(() => undefined);
    await expect(Promise.race([ended, sleep(150, 'open')])).resolves.toBe('open');
    return { ended };
  };

  it('ends soon after its key is revoked, and not before', async () => {
    const [{ ended }, other] = [await follow('reader'), await follow('acme')];
    keys = new KeyRing(entries.filter(({ id }) => id !== made.reader.entry.id));
    await ended;
    await expect(Promise.race([other.ended, sleep(150, 'open')])).resolves.toBe('open');
    keys = new KeyRing([]);
    await other.ended;
  });

  it('ends soon after its key has lost the scope or has expired', async () => {
    for (const change of [{ scopes: ['jobs:write' as const] }, { expiresAt: '2020-01-01T00:00:00Z' }]) {
      keys = new KeyRing(entries);
      const { ended } = await follow('reader');
      keys = new KeyRing([{ ...made.reader.entry, ...change }]);
      await expect(ended).resolves.toBeUndefined();
    }
  });
});

describe('a job', () => {
  it.each([
    ['looks at it', '', 'GET'],
    ['cancels it', '/cancel', 'POST'],
    ['follows it', '/events', 'GET'],
    ['fetches a file of it', '/artifacts/out.txt', 'GET'],
  ])('is not there for another tenant that %s', async (_what, path, method) => {
    const { id } = await jobOf(await submit('acme'));
    const foreign = await problemOf(await visit('rival', `/v1/jobs/${id}${path}`, method));
    const none = await problemOf(await visit('rival', `/v1/jobs/${ID}${path}`, method));
    const withoutIds = (problem: Problem): object => ({ ...problem, detail: '', requestId: '' });
    expect(foreign).toMatchObject({ code: 'job-not-found', detail: `There is no job "${id}".` });
    expect(withoutIds(foreign)).toEqual(withoutIds(none));
    expect(await jobOf(await visit('acme', `/v1/jobs/${id}`))).toMatchObject({ state: 'queued' });
    expect((await visit('admin', `/v1/jobs/${id}`)).status).toBe(200);
  });

  it('is seen by every key of its tenant', async () => {
    const { id } = await jobOf(await submit('acme'));
    expect(await jobOf(await visit('reader', `/v1/jobs/${id}`))).toMatchObject({ id, tenant: 'acme' });
  });

  it('that came without keys is seen by admin only, once there are keys', async () => {
    await using open = await startTestApi();
    const { id, tenant } = await jobOf(await post(`${open.url}/v1/jobs`, { argv: ['x'] }));
    expect(tenant).toBeUndefined();
    await using closed = await startTestApi({ queue: open.queue, store: open.store, keys: () => keys });
    const look = async (name: Name): Promise<number> =>
      (await fetch(`${closed.url}/v1/jobs/${id}`, { headers: bearer(name) })).status;
    expect([await look('acme'), await look('admin')]).toEqual([404, 200]);
  });

  it('is one for each tenant with the same Idempotency-Key', async () => {
    const headers = { 'idempotency-key': 'order-1' };
    const mine = await jobOf(await submit('acme', headers));
    const theirs = await submit('rival', headers, ['another']);
    expect(theirs.headers.get('idempotent-replayed')).toBeNull();
    expect((await jobOf(theirs)).id).not.toBe(mine.id);
    const again = await submit('writer', headers);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect((await jobOf(again)).id).toBe(mine.id);
    expect(await problemOf(await submit('acme', headers, ['another']))).toMatchObject({
      code: 'idempotency-conflict',
      detail: expect.stringContaining('"order-1"') as string,
    });
  });
});

describe('/openapi.json', () => {
  interface Described {
    readonly info: { readonly description: string };
    readonly components: { readonly securitySchemes: unknown };
    readonly paths: Readonly<
      Record<string, Readonly<Record<string, { readonly security?: unknown; readonly responses: object }>>>
    >;
  }
  const describedBy = async (url: string): Promise<Described> =>
    (await (await fetch(`${url}/openapi.json`)).json()) as Described;

  it('has the scheme, and what each operation asks for', async () => {
    const { components, paths, info } = await describedBy(api.url);
    expect(components.securitySchemes).toMatchObject({ apiKey: { type: 'http', scheme: 'bearer' } });
    const asked = Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, { security }]) => [`${method} ${path}`, security]),
    );
    expect(Object.fromEntries(asked)).toEqual({
      'post /v1/jobs': [{ apiKey: ['jobs:write'] }],
      'get /v1/jobs/{id}': [{ apiKey: ['jobs:read'] }],
      'post /v1/jobs/{id}/cancel': [{ apiKey: ['jobs:write'] }],
      'get /v1/jobs/{id}/events': [{ apiKey: ['jobs:read'] }],
      'get /v1/jobs/{id}/artifacts/{path}': [{ apiKey: ['jobs:read'] }],
      'get /healthz': undefined,
      'get /readyz': undefined,
      'get /metrics': [{ apiKey: ['metrics:read'] }],
    });
    expect(Object.keys(paths['/v1/jobs']?.['post']?.responses ?? {})).toEqual(
      expect.arrayContaining(['401', '403']),
    );
    expect(Object.keys(paths['/healthz']?.['get']?.responses ?? {})).not.toContain('401');
    expect(info.description).toContain('-H "Authorization: Bearer $SANDLOT_API_KEY"');
  });

  it('says of a service without keys that none is needed', async () => {
    await using open = await startTestApi();
    const { paths, info } = await describedBy(open.url);
    expect(paths['/v1/jobs']?.['post']?.security).toEqual([{}, { apiKey: ['jobs:write'] }]);
    expect(info.description).not.toContain('-H "Authorization');
  });
});
