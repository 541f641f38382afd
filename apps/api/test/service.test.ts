import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JobDocument } from '@sandlot/contract';
import { Gauge, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { makeResult } from './support/result.js';
import { post, startTestApi, until } from './support/test-api.js';

describe('health', () => {
  it('is alive and ready, and says what it is', async () => {
    await using api = await startTestApi({ info: () => ({ version: '1.2.3', tier: 'T1', slots: 2 }) });
    const [health, ready] = await Promise.all([fetch(`${api.url}/healthz`), fetch(`${api.url}/readyz`)]);
    expect(await health.json()).toEqual({ status: 'ok', version: '1.2.3', tier: 'T1', slots: 2 });
    expect(await ready.json()).toEqual({ status: 'ready', version: '1.2.3', tier: 'T1', slots: 2 });
  });

  it('is alive but not ready, with all reasons, when the queue is down and the worker cannot work', async () => {
    await using api = await startTestApi({ ready: async () => 'no cell could be made' });
    api.queue.isDown = true;
    expect((await fetch(`${api.url}/healthz`)).status).toBe(200);
    const response = await fetch(`${api.url}/readyz`);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      code: 'not-ready',
      errors: [
        { field: 'queue', message: expect.stringMatching(/^cannot be reached/) as string },
        { field: 'worker', message: 'no cell could be made' },
      ],
    });
  });

  it('does not wait for a queue that gives no answer', async () => {
    await using api = await startTestApi();
    api.queue.ping = async () => new Promise(() => undefined);
    const response = await fetch(`${api.url}/readyz`);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ errors: [{ field: 'queue' }] });
  });
});

describe('GET /metrics', () => {
  it('counts requests by route, jobs by state, the process, and what the app adds', async () => {
    const registry = new Registry();
    new Gauge({ name: 'sandlot_tier', help: 'x', labelNames: ['tier'], registers: [registry] }).set(
      { tier: 'T0' },
      1,
    );
    await using api = await startTestApi({ registry });
    await post(`${api.url}/v1/jobs`, { argv: ['x'] });
    await post(`${api.url}/v1/jobs`, { argv: [] });
    await fetch(`${api.url}/v1/jobs/x`);
    await fetch(`${api.url}/made/up/by/a/scanner`);
    const response = await fetch(`${api.url}/metrics`);
    const text = await response.text();
    expect(response.headers.get('content-type')).toContain('text/plain');
    for (const line of [
      'sandlot_http_requests_total{method="POST",route="/v1/jobs",status="202"} 1',
      'sandlot_http_requests_total{method="POST",route="/v1/jobs",status="400"} 1',
      'sandlot_http_requests_total{method="GET",route="/v1/jobs/:id",status="404"} 1',
      'sandlot_http_requests_total{method="GET",route="unknown",status="404"} 1',
      'sandlot_jobs{state="queued"} 1',
      'sandlot_jobs{state="dead"} 0',
      'sandlot_tier{tier="T0"} 1',
    ]) {
      expect(text).toContain(line);
    }
    expect(text).toContain('sandlot_http_request_duration_seconds_bucket');
    expect(text).toContain('process_resident_memory_bytes');
  });

  it('leaves the jobs out while the queue cannot count them', async () => {
    await using api = await startTestApi();
    api.queue.isDown = true;
    const response = await fetch(`${api.url}/metrics`);
    expect(response.status).toBe(200);
    expect(await response.text()).not.toContain('sandlot_jobs{');
  });
});

describe('drain', () => {
  it('refuses new jobs, and answers all else until the jobs have ended', async () => {
    await using api = await startTestApi();
    const job = (await (await post(`${api.url}/v1/jobs`, { argv: ['x'] })).json()) as JobDocument;
    const wait = post(`${api.url}/v1/jobs`, { argv: ['y'] }, { prefer: 'wait=60' });
    const stream = await fetch(`${api.url}/v1/jobs/${job.id}/events`);
    await until(() => api.queue.openStreams === 2, 'both wait');
    let isDrained = false;
    const drained = api.server.drain({ waitMs: 60_000 }).then(() => (isDrained = true));

    const refused = await post(`${api.url}/v1/jobs`, { argv: ['late'] });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await refused.json()).toMatchObject({ code: 'shutting-down' });
    expect(await (await fetch(`${api.url}/readyz`)).json()).toMatchObject({
      code: 'not-ready',
      errors: [{ field: 'service', message: 'is shutting down' }],
    });
    expect((await fetch(`${api.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${api.url}/v1/jobs/${job.id}`)).status).toBe(200);
    expect(isDrained).toBe(false);

    for (const id of [job.id, api.queue.newest('y') ?? '']) {
      api.queue.finish(id, await makeResult(api.store, id, new Uint8Array()));
    }
    expect((await wait).status).toBe(200);
    expect(await stream.text()).toContain('"state":"succeeded"');
    await drained;
    expect(api.queue.newest('late')).toBeUndefined();
  });

  it('waits no longer than told, and cuts nothing', async () => {
    await using api = await startTestApi();
    const wait = post(`${api.url}/v1/jobs`, { argv: ['y'] }, { prefer: 'wait=60' });
    await until(() => api.queue.openStreams === 1, 'it waits');
    await api.server.drain({ waitMs: 0 });
    await api.server.drain({ waitMs: 20 });
    expect(api.queue.openStreams).toBe(1);
    const id = api.queue.newest('y') ?? '';
    api.queue.finish(id, await makeResult(api.store, id, new Uint8Array()));
    expect((await wait).status).toBe(200);
  });
});

describe('close', () => {
  it('lets the stream of a job that has ended come to its last event', async () => {
    const api = await startTestApi();
    const { id } = (await (await post(`${api.url}/v1/jobs`, { argv: ['x'] })).json()) as JobDocument;
    const { port } = new URL(api.url);
    const socket = connect(Number(port), '127.0.0.1');
    for (let index = 0; index < 300; index += 1) {
      const text = 'x'.repeat(16_000);
      const offset = index * text.length;
      api.queue.emit(id, {
        type: 'output',
        attempt: 1,
        step: 'run',
        stream: 'stdout',
        offset,
        encoding: 'utf8',
        text,
      });
    }
    socket.write(`GET /v1/jobs/${id}/events HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    await until(() => api.queue.openStreams === 1, 'it is read');
    api.queue.finish(id, await makeResult(api.store, id, new Uint8Array()));
    const closed = api.close();
    let text = '';
    for await (const chunk of socket as AsyncIterable<Buffer>) text += chunk.toString();
    expect(text).toContain('"state":"succeeded"');
    await closed;
  });

  it('ends waits with the job as it is and streams without a word of failure, then is gone', async () => {
    const api = await startTestApi();
    const submitted = (await (await post(`${api.url}/v1/jobs`, { argv: ['x'] })).json()) as JobDocument;
    const stream = await fetch(`${api.url}/v1/jobs/${submitted.id}/events`);
    const wait = post(`${api.url}/v1/jobs`, { argv: ['y'] }, { prefer: 'wait=60' });
    await until(() => api.queue.openStreams === 2, 'both wait');
    const started = performance.now();
    await Promise.all([
      api.close(),
      wait.then((response) => expect(response.status).toBe(202)),
      stream.text().then((text) => expect(text).toContain('id: 1\n')),
    ]);
    expect(performance.now() - started).toBeLessThan(3000);
    expect(api.queue.openStreams).toBe(0);
    await expect(fetch(`${api.url}/healthz`)).rejects.toThrow('fetch failed');
  });

  it('refuses a job that comes in meanwhile: 503 with Retry-After', async () => {
    const api = await startTestApi();
    const body = '{"argv":["x"]}';
    const socket = connect(Number(new URL(api.url).port), '127.0.0.1');
    const head = `POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
    await new Promise<void>((resolve) => socket.write(head + body.slice(0, 5), () => resolve()));
    await fetch(`${api.url}/healthz`); // the server has surely read the head by now
    const closed = api.close();
    socket.write(body.slice(5));
    let answer = '';
    for await (const chunk of socket as AsyncIterable<Buffer>) answer += chunk.toString();
    expect(answer).toMatch(/^HTTP\/1\.1 503 /);
    expect(answer).toMatch(/retry-after: 5/i);
    expect(answer).toContain('"code":"shutting-down"');
    await closed;
    expect(api.queue.newest('x')).toBeUndefined();
  });

  it('cuts requests that do not finish within the grace', async () => {
    const api = await startTestApi({ closeGraceMs: 100 });
    const socket = connect(Number(new URL(api.url).port), '127.0.0.1');
    socket.on('error', () => undefined); // being cut is what it is here for
    socket.write('POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{');
    await fetch(`${api.url}/healthz`);
    const started = performance.now();
    await api.close();
    expect(performance.now() - started).toBeLessThan(3000);
  });
});

describe('listen', () => {
  it('leaves it to the composing app to say where', async () => {
    await using api = await startTestApi();
    await fetch(`${api.url}/healthz`);
    expect(api.log).toEqual([]);
  });

  it('says where, why and what to do when the port is taken', async () => {
    await using api = await startTestApi();
    const { port } = new URL(api.url);
    await expect(startTestApi({ listen: { host: '127.0.0.1', port: Number(port) } })).rejects.toThrow(
      `Cannot listen on 127.0.0.1:${port}: EADDRINUSE. Another program listens there`,
    );
  });

  it('serves a unix socket, over the remains of one that was killed, but not over a file', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'sandlot-api-'));
    const path = join(directory, 'api.sock');
    leaveStaleSocket(path);
    const api = await startTestApi({ listen: { path } });
    expect(api.url).toBe(`unix:${path}`);
    const status = await new Promise<number | undefined>((resolve, reject) => {
      request({ socketPath: path, path: '/healthz' }, (response) => resolve(response.resume().statusCode))
        .on('error', reject)
        .end();
    });
    expect(status).toBe(200);
    await expect(startTestApi({ listen: { path } })).rejects.toThrow(/EADDRINUSE/);
    await api.close();

    await writeFile(path, 'precious');
    await expect(startTestApi({ listen: { path } })).rejects.toThrow(/EADDRINUSE/);
    await rm(directory, { recursive: true });
  });

  it('is reached by IPv4 too if it listens on every address of IPv6', async () => {
    await using api = await startTestApi({ listen: { host: '::', port: 0 } });
    const { port } = new URL(api.url);
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
  });

  it('refuses an impossible maximum before it serves anything', async () => {
    await expect(startTestApi({ maxima: { wallTimeMs: 0 } })).rejects.toThrow(/wallTimeMs/);
  });
});

/** A socket file that nobody listens on: the process that did was killed. */
function leaveStaleSocket(path: string): void {
  const script = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
  spawnSync(process.execPath, ['-e', script]);
}
