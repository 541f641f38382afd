import { pino } from 'pino';
import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { startHealth, type HealthServer } from '../src/index.js';
import { MemoryQueue } from './support/memory-queue.js';

async function start(): Promise<{ readonly server: HealthServer; readonly queue: MemoryQueue }> {
  const queue = new MemoryQueue();
  const server = await startHealth({
    queue,
    listen: { host: '127.0.0.1', port: 0 },
    logger: pino({ level: 'silent' }),
    registry: new Registry(),
    info: () => ({ version: '1.2.3', tier: 'T0' }),
    ready: async () => undefined,
  });
  return { server, queue };
}

it('answers for health and metrics, and nothing else', async () => {
  const { server } = await start();
  const answers = ['/healthz', '/readyz', '/metrics', '/v1/jobs', '/docs'].map(
    async (path) => (await fetch(`${server.address}${path}`)).status,
  );
  expect(await Promise.all(answers)).toEqual([200, 200, 200, 404, 404]);
  const post = await fetch(`${server.address}/readyz`, { method: 'POST', body: '{}' });
  expect(post.status).toBe(405);
  await server.close();
});

it('is not ready without its queue, nor once it drains, and alive all the time', async () => {
  const { server, queue } = await start();
  queue.isDown = true;
  const down = await fetch(`${server.address}/readyz`);
  expect([down.status, await down.json()]).toMatchObject([503, { errors: [{ field: 'queue' }] }]);
  queue.isDown = false;
  server.drain();
  const draining = await fetch(`${server.address}/readyz`);
  expect([draining.status, await draining.json()]).toMatchObject([503, { errors: [{ field: 'service' }] }]);
  expect((await fetch(`${server.address}/healthz`)).status).toBe(200);
  await server.close();
});

it('says which variable to change if it cannot listen', async () => {
  const { server, queue } = await start();
  const { port } = new URL(server.address);
  const second = startHealth({
    queue,
    listen: { host: '127.0.0.1', port: Number(port) },
    logger: pino({ level: 'silent' }),
    registry: new Registry(),
    info: () => ({ version: '1' }),
    ready: async () => undefined,
  });
  await expect(second).rejects.toThrow(/EADDRINUSE\. .*SANDLOT_HEALTH_LISTEN/);
  await server.close();
});
