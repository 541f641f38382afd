import { connect, type Socket } from 'node:net';
import type { JobDocument, JobEvent } from '@sandlot/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeResult } from './support/result.js';
import { post, startTestApi, until, type TestApi } from './support/test-api.js';

const HEARTBEAT_MS = 50;

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ heartbeatMs: HEARTBEAT_MS });
});
afterAll(async () => api.close());

async function newJob(): Promise<string> {
  const response = await post(`${api.url}/v1/jobs`, { argv: ['x'] });
  return ((await response.json()) as JobDocument).id;
}

function output(offset: number, text: string): JobEvent {
  return { type: 'output', attempt: 1, step: 'run', stream: 'stdout', offset, encoding: 'utf8', text };
}

async function follow(id: string, headers: Record<string, string> = {}): Promise<Response> {
  return await fetch(`${api.url}/v1/jobs/${id}/events`, { headers });
}

/** Ids and types of the events in a stream's text. */
function eventsOf(text: string): readonly (readonly [string, string])[] {
  return [...text.matchAll(/^id: (.+)\nevent: (.+)\ndata: (.+)\n\n/gm)].map(
    ([, id = '', type = '', data = '']) => {
      expect((JSON.parse(data) as JobEvent).type).toBe(type);
      return [id, type];
    },
  );
}

/** Asks for a job's events on a bare socket, whose reading the test controls. */
async function followRaw(id: string): Promise<Socket> {
  const socket = connect(Number(new URL(api.url).port), '127.0.0.1');
  socket.write(`GET /v1/jobs/${id}/events HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  await new Promise((resolve) => socket.once('readable', resolve));
  return socket;
}

describe('GET /v1/jobs/:id/events', () => {
  it('tells the whole history of a finished job, then ends', async () => {
    const id = await newJob();
    api.queue.move(id, 'running');
    api.queue.emit(id, output(0, 'two\nlines\n'));
    api.queue.finish(id, await makeResult(api.store, id, Buffer.from('two\nlines\n')));
    const response = await follow(id);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(eventsOf(await response.text())).toEqual([
      ['1', 'state'],
      ['2', 'state'],
      ['3', 'output'],
      ['4', 'state'],
    ]);
  });

  it('answers at once, tells events as they happen, and keeps an idle stream alive', async () => {
    const id = await newJob();
    const response = await follow(id);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    const readUntil = async (wanted: RegExp): Promise<void> => {
      while (!wanted.test(text)) text += (await reader?.read())?.value ?? '';
    };
    await readUntil(/^retry: 1000\n\n/);
    await readUntil(/id: 1\n/);
    await readUntil(/: heartbeat\n\n.*: heartbeat\n\n/s);
    api.queue.emit(id, output(0, 'now'));
    await readUntil(/"text":"now"/);
    api.queue.finish(id, await makeResult(api.store, id, Buffer.from('now')));
    await readUntil(/"state":"succeeded"/);
    expect((await reader?.read())?.done).toBe(true);
    await until(() => api.queue.openStreams === 0, 'the stream is released');
  });

  it('goes on after Last-Event-ID', async () => {
    const id = await newJob();
    api.queue.emit(id, output(0, 'a'));
    api.queue.emit(id, output(1, 'b'));
    api.queue.finish(id, await makeResult(api.store, id, Buffer.from('ab')));
    const text = await (await follow(id, { 'last-event-id': '2' })).text();
    expect(eventsOf(text)).toEqual([
      ['3', 'output'],
      ['4', 'state'],
    ]);
    expect(eventsOf(await (await follow(id, { 'last-event-id': '4' })).text())).toEqual([]);
  });

  it.each(['abc', '-1', '1; drop', '1'.repeat(30)])('refuses %j as Last-Event-ID', async (after) => {
    const response = await follow(await newJob(), { 'last-event-id': after });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      code: 'invalid-request',
      errors: [{ field: 'last-event-id' }],
    });
  });

  it('releases everything when the client goes', async () => {
    const id = await newJob();
    const controller = new AbortController();
    const { signal } = controller;
    const response = await fetch(`${api.url}/v1/jobs/${id}/events`, { signal });
    await response.body?.getReader().read();
    await until(() => api.queue.openStreams === 1, 'the stream is open');
    controller.abort();
    await until(() => api.queue.openStreams === 0, 'the stream is released');
    expect(api.log.filter((line) => line.includes('"level":50'))).toEqual([]);
  });

  it('takes no more events from the queue than a slow reader reads, and releases it when it goes', async () => {
    const id = await newJob();
    const events = 3000;
    const text = 'x'.repeat(16_000);
    for (let index = 0; index < events; index += 1) api.queue.emit(id, output(index * text.length, text));
    api.queue.delivered = 0;
    const socket = await followRaw(id);
    let before = -1;
    while (before !== api.queue.delivered) {
      before = api.queue.delivered;
      await new Promise((resolve) => setTimeout(resolve, 4 * HEARTBEAT_MS));
    }
    expect(api.queue.delivered).toBeLessThan(events / 2);
    expect(api.queue.openStreams).toBe(1);
    socket.destroy();
    await until(() => api.queue.openStreams === 0, 'the stream is released');
  });

  it('gives a slow reader every event in the end', async () => {
    const id = await newJob();
    const text = 'x'.repeat(16_000);
    for (let index = 0; index < 500; index += 1) api.queue.emit(id, output(index * text.length, text));
    api.queue.finish(id, await makeResult(api.store, id, new Uint8Array()));
    const socket = await followRaw(id);
    let bytes = 0;
    let tail = '';
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      tail = (tail + chunk.toString()).slice(-400);
      if (tail.includes('"state":"succeeded"')) break;
    }
    expect(bytes).toBeGreaterThan(500 * text.length);
    expect(tail).toContain('id: 502\n');
  });
});
