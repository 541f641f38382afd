import { mkdtemp, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { jobSpecSchema, LIMIT_NAMES, LIMITS, PROBLEM_CODES } from '@sandlot/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './support/test-api.js';

interface Media {
  readonly schema?: object;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}
interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema?: object }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<
    Record<string, { readonly description?: string; readonly content?: Readonly<Record<string, Media>> }>
  >;
}
interface JobSpecSchema {
  readonly properties: { readonly limits: { readonly properties: Readonly<Record<string, object>> } };
}
interface Document {
  readonly servers?: readonly { readonly url: string }[];
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

let api: TestApi;
let document: Document;
beforeAll(async () => {
  api = await startTestApi();
  document = (await (await fetch(`${api.url}/openapi.json`)).json()) as Document;
});
afterAll(async () => api.close());

const operations = (): readonly (readonly [string, Operation])[] =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => [`${method} ${path}`, operation] as const),
  );

describe('/openapi.json', () => {
  it('describes every route for clients, as OpenAPI 3.1', () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(document.info).toMatchObject({ title: 'Sandlot', version: '1.2.3' });
    expect(operations().map(([name]) => name)).toEqual([
      'post /v1/jobs',
      'get /v1/jobs/{id}',
      'post /v1/jobs/{id}/cancel',
      'get /v1/jobs/{id}/events',
      'get /v1/jobs/{id}/artifacts/{path}',
      'get /healthz',
      'get /readyz',
      'get /metrics',
    ]);
  });

  it('says of every operation what it is for, what it takes and what it answers', () => {
    const ids = new Set<string>();
    for (const [name, operation] of operations()) {
      const { operationId = '', summary, description, responses, parameters = [] } = operation;
      expect([...ids]).not.toContain(operationId);
      ids.add(operationId);
      expect({ name, summary, description }).toEqual({
        name,
        summary: expect.stringMatching(/\S/),
        description: expect.stringMatching(/\S/),
      });
      const inPath = [...name.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter);
      expect(parameters.filter((p) => p.in === 'path').map((p) => p.name)).toEqual(inPath);
      for (const parameter of parameters) {
        expect([name, parameter.name, parameter.schema]).toEqual([name, parameter.name, expect.any(Object)]);
      }
      for (const [status, answer] of Object.entries(responses)) {
        const [type = 'none', media] = Object.entries(answer.content ?? {})[0] ?? [];
        expect([name, status, answer.description]).not.toEqual([name, status, 'Default Response']);
        expect(answer.description).toMatch(/\S/);
        expect([name, status, media?.schema]).toEqual([name, status, expect.any(Object)]);
        expect([status, type === 'application/problem+json']).toEqual([status, Number(status) >= 400]);
      }
      expect(Object.keys(responses)).toContain('500');
    }
  });

  it('has no reference that leads nowhere, no component that nothing leads to, no leftover of ours', () => {
    const text = JSON.stringify(document);
    const references = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference = '']) => reference);
    const names = Object.keys(document.components.schemas);
    expect(new Set(references)).toEqual(new Set(names.map((name) => `#/components/schemas/${name}`)));
    expect(names).toEqual(
      expect.arrayContaining(['Job', 'JobSpec', 'Step', 'Outcome', 'Problem', 'StateEvent']),
    );
    expect(text).not.toContain('x-docs');
  });

  it('gives examples that the service itself accepts', () => {
    const body = document.paths['/v1/jobs']?.['post']?.requestBody?.content['application/json'];
    const examples = Object.entries(body?.examples ?? {});
    expect(examples.length).toBeGreaterThan(1);
    for (const [title, { value }] of examples) {
      expect([title, jobSpecSchema.safeParse(value).error?.issues]).toEqual([title, undefined]);
    }
  });

  it('explains every problem code', () => {
    for (const code of PROBLEM_CODES) expect(document.info.description).toContain(`\`${code}\``);
  });
});

describe('/openapi.json of this very service', () => {
  const MiB = 1024 * 1024;

  it("has the operator's maxima, and the defaults that follow, also in its examples", async () => {
    const maxima = { wallTimeMs: 2000, memoryBytes: 64 * MiB, pids: 1_000_000, cpuCores: 1.5 };
    await using strict = await startTestApi({ maxima });
    const described = (await (await fetch(`${strict.url}/openapi.json`)).json()) as Document;
    const { limits } = (described.components.schemas['JobSpec'] as JobSpecSchema).properties;
    expect(Object.keys(limits.properties)).toEqual(LIMIT_NAMES);
    expect(limits.properties).toMatchObject({
      wallTimeMs: { minimum: 1, default: 2000, maximum: 2000 },
      memoryBytes: { default: 64 * MiB, maximum: 64 * MiB },
      pids: { default: 64, maximum: LIMITS.pids.max },
      cpuCores: { type: 'number', default: 1.5, maximum: 1.5 },
      cpuTimeMs: { default: LIMITS.cpuTimeMs.default, maximum: LIMITS.cpuTimeMs.max },
    });
    const step = (described.components.schemas['Step'] as JobSpecSchema).properties.limits;
    expect(step.properties).toMatchObject({ wallTimeMs: { maximum: 2000 }, diskBytes: { not: {} } });
    expect(step.properties['wallTimeMs']).not.toHaveProperty('default');
    expect(limits.properties['cpuWeight']).not.toHaveProperty('default');
    const media = described.paths['/v1/jobs']?.['post']?.requestBody?.content['application/json'];
    for (const [title, { value }] of Object.entries(media?.examples ?? {})) {
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify(value);
      const response = await fetch(`${strict.url}/v1/jobs`, { method: 'POST', headers, body });
      expect([title, response.status]).toEqual([title, 202]);
    }
  });

  it('names the address that its reader used, in curl lines too', async () => {
    expect(document.servers).toEqual([{ url: api.url }]);
    expect(document.info.description).toContain(`curl -s ${api.url}/v1/jobs`);
    const local = api.url.replace('127.0.0.1', 'localhost');
    const text = await (await fetch(`${local}/openapi.json`)).text();
    expect((JSON.parse(text) as Document).servers).toEqual([{ url: local }]);
    expect(text).toContain(`curl -N ${local}/v1/jobs/<id>/events`);
    expect(text).not.toMatch(/7420|invalid"|how curl/);
  });

  it('believes a proxy that there is TLS before it', async () => {
    const headers = { 'x-forwarded-proto': 'https' };
    const behind = (await (await fetch(`${api.url}/openapi.json`, { headers })).json()) as Document;
    expect(behind.servers).toEqual([{ url: api.url.replace('http:', 'https:') }]);
  });

  it('tells how to reach a unix socket', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'sandlot-api-'));
    const path = join(directory, 'api.sock');
    await using served = await startTestApi({ listen: { path } });
    const text = await new Promise<string>((resolve, reject) => {
      get({ socketPath: served.url.slice('unix:'.length), path: '/openapi.json' }, (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => (body += chunk.toString()));
        response.on('end', () => resolve(body));
      }).on('error', reject);
    });
    const described = JSON.parse(text) as Document;
    expect(described.servers).toEqual([{ url: 'http://localhost' }]);
    expect(described.info.description).toContain(`curl -s --unix-socket ${path} http://localhost/v1/jobs`);
    await rm(directory, { recursive: true });
  });
});

describe('/docs', () => {
  it('shows the documentation, loads nothing from elsewhere and may not be framed', async () => {
    const page = await fetch(`${api.url}/`);
    expect(page.url).toBe(`${api.url}/docs`);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    const html = await page.text();
    const parts = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, part = '']) => part);
    expect(parts).toHaveLength(3);
    for (const part of parts) {
      const response = await fetch(new URL(part, page.url));
      expect([part, response.status]).toEqual([part, 200]);
      expect(response.headers.get('content-type')).toMatch(/^text\/(css|javascript); charset=utf-8$/);
      await response.arrayBuffer();
      expect(new URL(response.url).origin).toBe(api.url);
    }
    expect(html).not.toMatch(/<script>|<style>|onload=|https?:/);
    expect((await fetch(`${api.url}/docs/`)).url).toBe(`${api.url}/docs`);
  });

  it('reads the same description as clients do, the only one, and has no bar of another project', async () => {
    const start = await (await fetch(`${api.url}/docs/start.js`)).text();
    expect(start).toContain("url: '/openapi.json'");
    expect(start).toContain("layout: 'BaseLayout'");
    expect(start).not.toContain('Standalone');
    expect(() => new Script(start)).not.toThrow();
    for (const path of ['/docs/json', '/docs/yaml', '/docs/static/logo.svg']) {
      expect([path, (await fetch(api.url + path)).status]).toEqual([path, 404]);
    }
  });
});
