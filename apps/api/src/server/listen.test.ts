import Fastify from 'fastify';
import { expect, it, vi } from 'vitest';
import { listen } from './listen.js';

function failing(code: string) {
  const app = Fastify();
  vi.spyOn(app, 'listen').mockRejectedValueOnce(Object.assign(new Error(code), { code }));
  return app;
}

it('listens on all addresses of IPv4 in a kernel without IPv6', async () => {
  const app = failing('EAFNOSUPPORT');
  try {
    expect(await listen(app, { host: '::', port: 0 })).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(app.addresses()).toMatchObject([{ address: '0.0.0.0' }]);
  } finally {
    await app.close();
  }
});

it.each([
  ['::', 'EADDRINUSE'],
  ['::1', 'EAFNOSUPPORT'],
])('does so only for want of IPv6 and only in place of all addresses: %s, %s', async (host, code) => {
  await expect(listen(failing(code), { host, port: 0 })).rejects.toThrow(
    `Cannot listen on ${host}:0: ${code}`,
  );
});
