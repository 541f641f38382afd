import { randomUUID } from 'node:crypto';
import type { JobDocument } from '@sandlot/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeResult } from './support/result.js';
import { post, startTestApi, until, type TestApi } from './support/test-api.js';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(async () => api.close());

async function newJob(): Promise<string> {
  const response = await post(`${api.url}/v1/jobs`, { argv: ['x'] });
  return ((await response.json()) as JobDocument).id;
}

const cancel = async (id: string, headers: Record<string, string> = {}): Promise<Response> =>
  await fetch(`${api.url}/v1/jobs/${id}/cancel`, { method: 'POST', headers });

describe('GET /v1/jobs/:id', () => {
  it('shows a finished job with outcome, usage and its output from the store', async () => {
    const id = await newJob();
    const binary = Buffer.alloc(40_000, 0xff);
    const outcome = { kind: 'exited', exitCode: 3 } as const;
    api.queue.finish(id, await makeResult(api.store, id, binary, outcome));
    const response = await fetch(`${api.url}/v1/jobs/${id}`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      id,
      state: 'failed',
      outcome,
      steps: [{ name: 'run', outcome }],
      output: { stdout: { encoding: 'base64', base64: binary.toString('base64'), bytes: 40_000 } },
      usage: { wallMs: 12.5, queueMs: 1 },
      enforcement: { wallTimeMs: 'rlimit' },
    });
  });

  it('answers 503, not 200 with holes, when the output cannot be read', async () => {
    const id = await newJob();
    api.queue.finish(id, await makeResult(api.store, id, Buffer.alloc(40_000)));
    await api.store.remove(id);
    const response = await fetch(`${api.url}/v1/jobs/${id}`);
    expect(response.status).toBe(503);
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ code: 'store-unavailable' });
    expect(text).not.toContain(api.storeDirectory);
    expect(api.log.join('')).toContain('ENOENT');
  });

  it.each([randomUUID(), 'no-uuid', '..%2f..%2fetc', 'x'.repeat(10_000), '%00'])(
    'answers 404 for %s',
    async (id) => {
      for (const path of [`/v1/jobs/${id}`, `/v1/jobs/${id}/events`]) {
        const response = await fetch(api.url + path);
        expect(response.status).toBe(404);
        expect(await response.json()).toMatchObject({ code: 'job-not-found' });
      }
      expect((await cancel(id)).status).toBe(404);
    },
  );
});

describe('POST /v1/jobs/:id/cancel', () => {
  it('cancels a waiting job at once, and again without harm', async () => {
    const id = await newJob();
    for (const turn of ['first', 'second']) {
      const response = await cancel(id);
      expect([turn, response.status]).toEqual([turn, 200]);
      expect(await response.json()).toMatchObject({
        state: 'cancelled',
        cancelRequested: true,
        outcome: { kind: 'cancelled' },
      });
    }
  });

  it('answers 202 while a running job is being killed, and 200 when asked to wait for its end', async () => {
    const id = await newJob();
    api.queue.move(id, 'running');
    const asked = await cancel(id);
    expect(asked.status).toBe(202);
    expect(await asked.json()).toMatchObject({ state: 'running', cancelRequested: true });

    const waiting = cancel(id, { prefer: 'wait=20' });
    await until(() => api.queue.openStreams === 1, 'the request waits');
    api.queue.finish(id, await makeResult(api.store, id, new Uint8Array(), { kind: 'cancelled' }));
    const waited = await waiting;
    expect(waited.status).toBe(200);
    expect(await waited.json()).toMatchObject({ state: 'cancelled', outcome: { kind: 'cancelled' } });
  });

  it('leaves a finished job its outcome', async () => {
    const id = await newJob();
    api.queue.finish(id, await makeResult(api.store, id, new Uint8Array()));
    const response = await cancel(id);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ state: 'succeeded' });
  });

  it('takes an empty body declared as JSON, as many clients send it', async () => {
    const id = await newJob();
    const response = await cancel(id, { 'content-type': 'application/json' });
    expect(response.status).toBe(200);
  });
});
