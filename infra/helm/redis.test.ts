import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requireProgram } from '@sandlot/testing';
import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { findTemplate, readManifests } from './read-manifests.mjs';

const manifests = readManifests('infra/helm/rendered/options.yaml');
const { command = [] } = findTemplate(manifests, 'StatefulSet', 'sandlot-redis').spec.containers[0];

/** What the container starts, in a directory and at a socket of its own. */
function start(password: string, directory: string) {
  const [shell = '', flags = '', script = ''] = command;
  const here = script
    .replace('dir /data', `dir ${directory}\nport 0\nunixsocket ${directory}/socket`)
    .replace('appendonly yes', 'appendonly no');
  return spawn(shell, [flags, here], { env: { ...process.env, REDIS_PASSWORD: password }, stdio: 'ignore' });
}

describe.runIf(requireProgram('redis-server', 'redis-server'))('the Redis of the chart', () => {
  it.each(['plain', `a b"c'd\\`, '$HOME `id`', 'two\nlines', 'ümläut'])(
    'has the password %j',
    { timeout: 20_000 },
    async (password) => {
      const directory = await mkdtemp(join(tmpdir(), 'sandlot-redis-'));
      const server = start(password, directory);
      const options = { path: join(directory, 'socket'), retryStrategy: () => 50 };
      const redis = new Redis({ ...options, password, maxRetriesPerRequest: null });
      redis.on('error', () => undefined); // until it listens
      try {
        expect(await redis.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction']);
        expect(await redis.config('GET', 'requirepass')).toEqual(['requirepass', password]);
      } finally {
        redis.disconnect();
        server.kill();
        if (server.exitCode === null) await once(server, 'exit');
        await rm(directory, { recursive: true });
      }
    },
  );

  it('does not start without one', async () => {
    const server = start('', tmpdir());
    try {
      const [code] = (await once(server, 'exit', { signal: AbortSignal.timeout(10_000) })) as [number | null]; // of a child process
      expect(code).toBeGreaterThan(0);
    } finally {
      server.kill();
    }
  });
});
