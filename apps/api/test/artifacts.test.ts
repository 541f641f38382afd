import { readdirSync, readlinkSync } from 'node:fs';
import type { JobDocument } from '@sandlot/contract';
import { storeArtifacts } from '@sandlot/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeResult } from './support/result.js';
import { exchange, post, startTestApi, until, type TestApi } from './support/test-api.js';

const LARGE = Buffer.alloc(3_000_000, 'large\0\xff', 'latin1');
const PATHS = ['out.txt', 'd/ü ber.html', 'd/a\nb', 'd/100%?#&', 'd/...'];

let api: TestApi;
let id: string;
let document: JobDocument;
beforeAll(async () => {
  api = await startTestApi();
  const artifacts = [{ path: 'out.txt' }, { path: 'd' }, { path: 'large' }];
  id = ((await (await post(`${api.url}/v1/jobs`, { argv: ['x'], artifacts })).json()) as JobDocument).id;
  const files = PATHS.map((path) => ({ path, content: Buffer.from(`content of ${path}`) }));
  const result = await makeResult(api.store, id, new Uint8Array());
  const leftOut = [{ path: 'd/link', requested: 'd', reason: 'symbolic-link' as const }];
  const collection = { files: [...files, { path: 'large', content: LARGE }], leftOut };
  api.queue.finish(id, {
    ...result,
    artifacts: await storeArtifacts(api.store, id, 1, collection),
  });
  document = (await (await fetch(`${api.url}/v1/jobs/${id}`)).json()) as JobDocument;
});
afterAll(async () => api.close());

/** What a descriptor of this process is open for; empty if it was closed meanwhile. */
function linkOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return '';
  }
}

const urlOf = (path: string) =>
  `${api.url}/v1/jobs/${id}/artifacts/${path.split('/').map(encodeURIComponent).join('/')}`;

describe('GET /v1/jobs/:id/artifacts/<path>', () => {
  it('has what the document lists', async () => {
    expect(document.artifacts?.map(({ path }) => path)).toEqual([...PATHS, 'large'].sort());
    expect(document.artifactsLeftOut).toEqual([{ path: 'd/link', reason: 'symbolic-link' }]);
    for (const { path, bytes, sha256 } of document.artifacts ?? []) {
      const response = await fetch(urlOf(path));
      expect(response.status).toBe(200);
      const body = Buffer.from(await response.arrayBuffer());
      expect(body).toHaveLength(bytes);
      expect(Buffer.compare(body, path === 'large' ? LARGE : Buffer.from(`content of ${path}`))).toBe(0);
      expect(response.headers.get('etag')).toBe(`"${sha256}"`);
    }
  });

  it('is nothing that a browser shows, whatever its name', async () => {
    const { headers } = await fetch(urlOf('d/ü ber.html'));
    expect(headers.get('content-type')).toBe('application/octet-stream');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-disposition')).toBe(
      `attachment; filename="_ ber.html"; filename*=UTF-8''%C3%BC%20ber.html`,
    );
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('answers a client that has the bytes without them', async () => {
    const etag = (await fetch(urlOf('out.txt'))).headers.get('etag') ?? '';
    for (const known of [etag, `"x", W/${etag}`, '*']) {
      const response = await fetch(urlOf('out.txt'), { headers: { 'if-none-match': known } });
      expect([response.status, await response.text()]).toEqual([304, '']);
    }
    expect((await fetch(urlOf('out.txt'), { headers: { 'if-none-match': '"x"' } })).status).toBe(200);
  });

  it('takes a path whose slashes are encoded, as generated clients send it', async () => {
    const response = await fetch(`${api.url}/v1/jobs/${id}/artifacts/${encodeURIComponent('d/a\nb')}`);
    expect(await response.text()).toBe('content of d/a\nb');
  });

  it('keeps nothing open for a client that goes away', async () => {
    const openFiles = () =>
      readdirSync('/proc/self/fd').filter((fd) => linkOf(fd).startsWith(api.storeDirectory)).length;
    for (let turn = 0; turn < 5; turn += 1) {
      const controller = new AbortController();
      await fetch(urlOf('large'), { signal: controller.signal });
      controller.abort();
    }
    await fetch(urlOf('large'), { method: 'HEAD' });
    await until(() => openFiles() === 0, 'all files of the store are closed');
    expect(openFiles()).toBe(0);
  });

  it('tells of an artifact without its bytes', async () => {
    const response = await fetch(urlOf('large'), { method: 'HEAD' });
    expect([response.status, response.headers.get('content-length')]).toEqual([200, String(LARGE.length)]);
  });

  it.each([
    'd',
    'd/',
    'd/link',
    '',
    'out.txt/',
    'd%2F..%2Fout.txt',
    '..%2f..%2fstdout',
    'artifact-1-0',
    '%2Fetc%2Fpasswd',
    'out.txt%00',
    'OUT.TXT',
  ])('has no %j', async (path) => {
    const text = await exchange(
      api.url,
      `GET /v1/jobs/${id}/artifacts/${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
    );
    expect(text).toMatch(/^HTTP\/1\.1 404 /);
    expect(text).toContain('"code":"artifact-not-found"');
  });

  it('never leads to another file of the host, however the path is written', async () => {
    for (const path of ['../../../../../../etc/passwd', '/etc/passwd', '..%2f%2e%2e/etc/passwd', '%ff']) {
      const text = await exchange(
        api.url,
        `GET /v1/jobs/${id}/artifacts/${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
      );
      expect(text).toMatch(/^HTTP\/1\.1 40[04] /);
      expect(text).not.toContain('root:');
    }
  });

  it('is gone with its job, and 503 if its bytes alone are gone', async () => {
    const missing = await fetch(urlOf('out.txt').replace(id, '0192f0c1-0000-7000-8000-000000000000'));
    expect(await missing.json()).toMatchObject({ status: 404, code: 'job-not-found' });
    await api.store.remove(id);
    expect((await fetch(urlOf('large'))).status).toBe(503);
  });
});
