import { createServer, type AddressInfo } from 'node:net';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { hasCells } from '../support/cells.js';
import { sandlot } from '../support/sandlot.js';
import { Services } from '../support/service.js';

describe('a service that cannot start', () => {
  const services = new Services();
  afterAll(() => services.closeAll());

  it.each<[string, string[], Record<string, string>, RegExp]>([
    [
      'a bad value',
      ['serve'],
      { SANDLOT_CONCURRENCY: 'many' },
      /SANDLOT_CONCURRENCY="many" is not valid: expected 1 to/,
    ],
    [
      'a controller that is none',
      ['serve'],
      { SANDLOT_REQUIRE: 'disk' },
      /SANDLOT_REQUIRE="disk" is not valid: expected cgroup, or some of memory, pids, cpu, io/,
    ],
    [
      'a remote address without keys',
      ['serve'],
      { SANDLOT_LISTEN: '0.0.0.0:0' },
      /there are no API keys: .*SANDLOT_API_KEYS_FILE.*SANDLOT_ALLOW_UNAUTHENTICATED=1/,
    ],
    [
      'a system call profile that is not there',
      ['serve'],
      { SANDLOT_SECCOMP_FILE: '/nowhere/profile.json' },
      /Cannot use the system call profile SANDLOT_SECCOMP_FILE=\/nowhere\/profile.json: ENOENT/,
    ],
    [
      'the same, where jobs may run without namespaces: these are there',
      ['serve'],
      { SANDLOT_SECCOMP_FILE: '/nowhere/profile.json', SANDLOT_MINIMUM_TIER: 'T4' },
      /Cannot use the system call profile SANDLOT_SECCOMP_FILE=\/nowhere\/profile.json: ENOENT/,
    ],
    [
      'a cgroup that is not there, where jobs may run without namespaces',
      ['serve'],
      { SANDLOT_CGROUP: '/nowhere', SANDLOT_MINIMUM_TIER: 'T4' },
      /Cannot use SANDLOT_CGROUP=\/nowhere/,
    ],
    [
      'a profile without a file',
      ['serve'],
      { SANDLOT_SECCOMP_PROFILE: 'operator' },
      /no system call profile "operator". Name its file in SANDLOT_SECCOMP_FILE/,
    ],
    ['an API that nobody works for', ['api'], {}, /embedded queue lives in one.*SANDLOT_QUEUE=redis:/],
    ['a worker without a queue', ['worker'], {}, /embedded queue lives in one.*SANDLOT_QUEUE=redis:/],
  ])('says in one line what is wrong about %s, and ends with 125', async (_what, args, env, message) => {
    const { code, stdout, stderr } = await sandlot(args, { env });
    expect({ code, stdout }).toEqual({ code: 125, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr.match(/\n/g)).toHaveLength(1);
  });

  it('names the data directory it cannot use', async () => {
    const file = join(await services.makeDirectory(), 'file');
    await writeFile(file, '');
    const { code, stderr } = await sandlot(['serve'], { env: { SANDLOT_DATA_DIR: join(file, 'data') } });
    expect(code).toBe(125);
    expect(stderr).toMatch(
      /^sandlot: Cannot use the data directory .*\/file\/data: ENOTDIR, part of it is a file\. .*SANDLOT_DATA_DIR/,
    );
  });

  it('says so, and does not hang, where no directory can be made', async () => {
    const { code, stderr } = await sandlot(['serve'], { env: { SANDLOT_DATA_DIR: '/proc/sandlot' } });
    expect(code).toBe(125);
    expect(stderr).toMatch(/^sandlot: Cannot use the data directory \/proc\/sandlot: E[A-Z]+, .*\n$/);
  });

  it('names the Redis that does not answer', async () => {
    const env = { SANDLOT_QUEUE: 'redis://127.0.0.1:9/0', SANDLOT_DATA_DIR: await services.makeDirectory() };
    const { code, stderr } = await sandlot(['api'], { env });
    expect(code).toBe(125);
    expect(stderr).toMatch(/sandlot: Cannot connect to Redis at .*127\.0\.0\.1:9.*ECONNREFUSED/);
  });

  it.runIf(hasCells).each<[string, Record<string, string>, RegExp]>([
    [
      'a maximum that nothing can hold',
      { SANDLOT_MAX_CPU_CORES: '1.5' },
      /^sandlot: Nothing on this machine can hold SANDLOT_MAX_CPU_CORES=1\.5 .*SANDLOT_ALLOW_UNENFORCED=1\n$/,
    ],
    [
      'a controller that holds nothing',
      { SANDLOT_REQUIRE: 'memory,pids' },
      /^sandlot: SANDLOT_REQUIRE asks for .*memory, pids.*SANDLOT_CGROUP=none.*\n$/,
    ],
  ])('refuses %s', async (_what, settings, message) => {
    const env = { SANDLOT_DATA_DIR: await services.makeDirectory(), SANDLOT_CGROUP: 'none', ...settings };
    const { code, stderr } = await sandlot(['serve'], { env });
    expect(code).toBe(125);
    expect(stderr).toMatch(message);
  });

  it.runIf(hasCells)('names the port that is in use', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo; // it listens on TCP
    const env = {
      SANDLOT_LISTEN: `127.0.0.1:${port}`,
      SANDLOT_DATA_DIR: await services.makeDirectory(),
      SANDLOT_CONCURRENCY: '1',
    };
    const { code, stderr } = await sandlot(['serve'], { env });
    server.close();
    expect(code).toBe(125);
    expect(stderr).toMatch(
      new RegExp(`sandlot: Cannot listen on 127.0.0.1:${port}: EADDRINUSE. .*SANDLOT_LISTEN`),
    );
  });

  it.runIf(hasCells)('says that another service uses the data directory', async () => {
    const env = { SANDLOT_DATA_DIR: await services.makeDirectory(), SANDLOT_CONCURRENCY: '1' };
    await services.start('serve', env);
    const { code, stderr } = await sandlot(['serve'], { env: { ...env, SANDLOT_LISTEN: '127.0.0.1:0' } });
    expect(code).toBe(125);
    expect(stderr).toContain(env.SANDLOT_DATA_DIR);
    expect(stderr.match(/\n/g)).toHaveLength(1);
  });

  it.runIf(hasCells)('warns of a variable that nothing reads, and starts', async () => {
    const { process } = await services.start('serve', {
      SANDLOT_DATA_DIR: await services.makeDirectory(),
      SANDLOT_CONCURENCY: '1',
    });
    expect(process.stderr).toContain('SANDLOT_CONCURENCY is not a setting of Sandlot');
  });
});
