import { connect, type Socket } from 'node:net';
import type { JobDocument } from '@sandlot/contract';
import { describe, expect, it, vi } from 'vitest';
import { makeResult } from './support/result.js';
import { post, startTestApi, until, type TestApi } from './support/test-api.js';

const MiB = 1024 * 1024;

/** An ended job whose document carries this much. */
async function endedJob(api: TestApi, bytes: number): Promise<string> {
  const { id } = (await (await post(`${api.url}/v1/jobs`, { argv: ['x'] })).json()) as JobDocument;
  api.queue.finish(id, await makeResult(api.store, id, Buffer.alloc(bytes, 'x')));
  return id;
}

/** Sends so many requests for a job at once and reads nothing. */
async function pipeline(api: TestApi, id: string, count: number): Promise<Socket> {
  const request = `GET /v1/jobs/${id} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
  return await new Promise((resolve) => {
    const socket = connect(Number(new URL(api.url).port), '127.0.0.1', () => {
      socket.pause();
      socket.write(request.repeat(count), () => resolve(socket));
    });
  });
}

/** Whose documents are made: `get` of the store is called for each output. */
const watchLoads = (api: TestApi) => vi.spyOn(api.store, 'get');

const settled = async () => await new Promise((resolve) => setTimeout(resolve, 300));

describe('many requests on one connection', () => {
  it('are answered when the answer before has been taken, in their order', async () => {
    await using api = await startTestApi();
    const loads = watchLoads(api);
    const socket = await pipeline(api, await endedJob(api, 4 * MiB), 20);
    await until(() => loads.mock.calls.length > 0, 'the first document');
    await settled();
    expect(loads).toHaveBeenCalledTimes(1);
    let answers = 0;
    socket.on(
      'data',
      (chunk: Buffer) => (answers += chunk.toString('latin1').split('HTTP/1.1 200').length - 1),
    );
    socket.resume();
    await until(() => answers === 20, 'all answers');
    socket.destroy();
  });

  it('are forgotten when the client goes', async () => {
    await using api = await startTestApi();
    const loads = watchLoads(api);
    const socket = await pipeline(api, await endedJob(api, 8 * MiB), 100);
    await until(() => loads.mock.calls.length > 0, 'the first document');
    socket.destroy();
    await settled();
    expect(loads.mock.calls.length).toBeLessThan(3);
    expect(api.log.filter((line) => line.includes('"level":50'))).toEqual([]);
  });

  it('are answered each, however small', async () => {
    await using api = await startTestApi();
    const socket = await pipeline(api, await endedJob(api, 1), 50);
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.resume();
    const answers = () => text.split('HTTP/1.1 200').length - 1;
    await expect.poll(answers, { timeout: 5000 }).toBe(50);
    socket.destroy();
  });
});

describe('answers with much output', () => {
  it('are made when there is room for them', async () => {
    await using api = await startTestApi({ answersBytes: 20 * MiB });
    const loads = watchLoads(api);
    const id = await endedJob(api, 8 * MiB);
    const sockets = await Promise.all(Array.from({ length: 5 }, async () => await pipeline(api, id, 1)));
    await until(() => loads.mock.calls.length === 2, 'two documents');
    await settled();
    expect(loads).toHaveBeenCalledTimes(2);
    const little = await fetch(`${api.url}/v1/jobs/${await endedJob(api, 100)}`);
    expect(little.status).toBe(200);
    sockets.forEach((socket) => socket.destroy());
    const whole = await fetch(`${api.url}/v1/jobs/${id}`);
    expect(((await whole.json()) as JobDocument).output?.stdout.bytes).toBe(8 * MiB);
  });

  it('are made one by one if each is larger than all the room', async () => {
    await using api = await startTestApi({ answersBytes: MiB });
    const id = await endedJob(api, 4 * MiB);
    const answers = await Promise.all(
      Array.from({ length: 4 }, async () => await (await fetch(`${api.url}/v1/jobs/${id}`)).json()),
    );
    expect(answers).toHaveLength(4);
  });
});
