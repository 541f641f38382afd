import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient, ProblemError, type Client } from '@sandlot/client';
import { requireProgram } from '@sandlot/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasCells } from '../support/cells.js';
import { makeKey } from '../support/make-key.js';
import { startRedis } from '../support/redis.js';
import { sandlot, type Ended } from '../support/sandlot.js';
import { Services, type Service } from '../support/service.js';
import { until } from '../support/until.js';

const hasRedis = requireProgram('redis-server', 'redis-server');

/** The code of the problem that a call ends with. */
async function codeOf(call: Promise<unknown>): Promise<string> {
  const error: unknown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof ProblemError ? error.problem.code : String(error);
}

describe.runIf(hasCells).each([
  ['one process', false],
  ['an API and a worker on a Redis', true],
])('a service with keys in %s', (_what, onRedis) => {
  const services = new Services();
  let redis: Awaited<ReturnType<typeof startRedis>> | undefined;
  let api: Service;
  let file: string;
  let keys: Readonly<Record<'acme' | 'rival' | 'admin', string>>;
  const as = (apiKey: string): Client => createClient({ baseUrl: api.address, apiKey });

  beforeAll(async () => {
    const directory = await services.makeDirectory();
    file = join(directory, 'keys.json');
    keys = {
      acme: await makeKey(file, 'acme', 'jobs:read', 'jobs:write'),
      rival: await makeKey(file, 'rival', 'jobs:read', 'jobs:write'),
      admin: await makeKey(file, 'operator', 'admin'),
    };
    if (onRedis && hasRedis) redis = await startRedis(directory);
    const env = {
      SANDLOT_DATA_DIR: join(directory, 'data'),
      SANDLOT_API_KEYS_FILE: file,
      SANDLOT_CONCURRENCY: '1',
      SANDLOT_CGROUP: 'none',
      ...(redis === undefined ? {} : { SANDLOT_QUEUE: redis.url }),
    };
    // With keys it may listen beyond loopback.
    api = await services.start(redis === undefined ? 'serve' : 'api', {
      ...env,
      SANDLOT_LISTEN: '0.0.0.0:0',
    });
    if (redis !== undefined) await services.start('worker', env);
  }, 60_000);
  afterAll(async () => {
    await services.closeAll();
    await redis?.close();
  });

  it('refuses whoever has none', async () => {
    expect(await codeOf(createClient({ baseUrl: api.address }).submit({ argv: ['true'] }))).toBe(
      'unauthenticated',
    );
    expect(await codeOf(as('sandlot_x').submit({ argv: ['true'] }))).toBe('unauthenticated');
    expect((await fetch(`${api.address}/readyz`)).status).toBe(200);
  });

  it('runs a job for its tenant, which no other one finds', async () => {
    const job = await as(keys.acme).submit({ argv: ['echo', 'mine'] }, { waitSeconds: 20 });
    expect(job).toMatchObject({ tenant: 'acme', state: 'succeeded', output: { stdout: { text: 'mine\n' } } });
    const rival = as(keys.rival);
    expect(await codeOf(rival.get(job.id))).toBe('job-not-found');
    expect(await codeOf(rival.cancel(job.id))).toBe('job-not-found');
    expect(await codeOf(rival.events(job.id)[Symbol.asyncIterator]().next())).toBe('job-not-found');
    expect(await as(keys.admin).get(job.id)).toMatchObject({ id: job.id, tenant: 'acme' });
    expect(await as(keys.acme).get(job.id)).toEqual(job);
  });

  it('lets no tenant cancel what another one runs', async () => {
    const { id } = await as(keys.acme).submit({ argv: ['sleep', '30'] });
    expect(await codeOf(as(keys.rival).cancel(id))).toBe('job-not-found');
    expect(await as(keys.acme).get(id)).toMatchObject({ cancelRequested: false });
    expect(await as(keys.acme).cancel(id, { waitSeconds: 20 })).toMatchObject({ state: 'cancelled' });
  });

  it('knows an Idempotency-Key for each tenant', async () => {
    const options = { idempotencyKey: 'order-1' };
    const mine = await as(keys.acme).submit({ argv: ['true'] }, options);
    const theirs = await as(keys.rival).submit({ argv: ['false'] }, options);
    expect(theirs.id).not.toBe(mine.id);
    expect(theirs.tenant).toBe('rival');
    expect((await as(keys.acme).submit({ argv: ['true'] }, options)).id).toBe(mine.id);
    expect(await codeOf(as(keys.acme).submit({ argv: ['false'] }, options))).toBe('idempotency-conflict');
  });

  it('takes a key of the command line from the environment or a file, and shows it nowhere', async () => {
    const submit = ['submit', '--wait', '--url', api.address];
    const submitted = async (env: Record<string, string>, ...args: readonly string[]): Promise<Ended> =>
      await sandlot([...submit, ...args, '--', 'echo', 'hello'], { env });
    expect(await submitted({ SANDLOT_API_KEY: keys.acme })).toMatchObject({ code: 0, stdout: 'hello\n' });
    const path = join(await services.makeDirectory(), 'key');
    await writeFile(path, `${keys.acme}\n`);
    expect(await submitted({}, '--api-key-file', path)).toMatchObject({ code: 0, stdout: 'hello\n' });
    const refused = await submitted({ SANDLOT_API_KEY: `${keys.acme}x` });
    expect(refused).toMatchObject({ code: 125, stdout: '' });
    expect(refused.stderr).toMatch(/does not know this API key.*SANDLOT_API_KEY/);
    const { stdout, stderr } = api.process;
    for (const text of [refused.stderr, stdout, stderr]) expect(text).not.toContain(keys.acme);
    expect(stdout).toContain('-H "Authorization: Bearer $SANDLOT_API_KEY"');
  });

  it('takes note of keys that are made and revoked, and of no file that is bad', async () => {
    const fresh = await makeKey(file, 'fresh', 'jobs:write');
    await until('the new key to count', async () => (await codeOf(as(fresh).get('x'))) === 'scope-missing');
    const good = await readFile(file, 'utf8');
    await writeFile(file, '{"keys": [');
    await until('the bad file to be noticed', () =>
      api.process.stderr.includes('those of before stay in force'),
    );
    expect(await codeOf(as(fresh).get('x'))).toBe('scope-missing');
    await writeFile(file, good);
    const { id } = (JSON.parse(good) as { keys: { id: string; tenant: string }[] }).keys.at(-1) ?? {};
    expect(await sandlot(['keys', 'revoke', id ?? '', '--keys-file', file])).toMatchObject({ code: 0 });
    await until(
      'the key to be refused',
      async () => (await codeOf(as(fresh).get('x'))) === 'unauthenticated',
    );
    await chmod(file, 0o644);
    await until('the warning', () => api.process.stderr.includes('everybody on this machine may read'));
  });
});
