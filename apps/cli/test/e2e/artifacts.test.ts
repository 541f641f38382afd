import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type Client } from '@sandlot/client';
import { jobDocumentSchema, type JobSpecInput } from '@sandlot/contract';
import { requireProgram } from '@sandlot/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasCells } from '../support/cells.js';
import { startRedis } from '../support/redis.js';
import { sandlot } from '../support/sandlot.js';
import { Services, type Service } from '../support/service.js';
import { until } from '../support/until.js';

const SECRET = 'of the host alone';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sandlot-artifacts-'));
  await writeFile(join(directory, 'canary'), SECRET);
});
afterAll(() => rm(directory, { recursive: true }));

const job = (script: string, ...paths: string[]): JobSpecInput => ({
  argv: ['/bin/sh', '-c', script],
  artifacts: paths.map((path) => ({ path })),
});

const textOf = async (client: Client, id: string, path: string): Promise<string> => {
  const pieces: Uint8Array[] = [];
  for await (const piece of await client.artifact(id, path)) pieces.push(piece);
  return Buffer.concat(pieces).toString();
};

describe.runIf(hasCells)('artifacts over HTTP', () => {
  const services = new Services();
  let service: Service;
  let client: Client;
  let dataDir: string;
  const start = async (env: Readonly<Record<string, string>> = {}): Promise<void> => {
    service = await services.start('serve', { SANDLOT_DATA_DIR: dataDir, ...env });
    client = createClient({ baseUrl: service.address });
  };
  beforeAll(async () => {
    dataDir = join(await services.makeDirectory(), 'data');
    await start();
  });
  afterAll(() => services.closeAll());

  it('come with the document, and one by one', async () => {
    const script = 'mkdir -p out/deep; echo small > out/deep/a; head -c 100000 /dev/zero > "out/ü b"';
    const document = await client.submit(job(script, 'out'), { waitSeconds: 10 });
    expect(jobDocumentSchema.parse(document)).toEqual(document);
    expect(document).toMatchObject({
      state: 'succeeded',
      spec: { artifacts: [{ path: 'out', optional: false }] },
      artifacts: [
        { path: 'out/deep/a', bytes: 6 },
        { path: 'out/ü b', bytes: 100_000 },
      ],
      artifactsLeftOut: [],
    });
    expect(await textOf(client, document.id, 'out/deep/a')).toBe('small\n');
    expect(await textOf(client, document.id, 'out/ü b')).toBe('\0'.repeat(100_000));
  });

  it('never hold anything of the host, whatever a payload links to', async () => {
    const links = [join(directory, 'canary'), directory, '/proc/1/root', '/etc/passwd', '../../..'];
    const script = [
      'mkdir out; cd out; mkfifo fifo; echo mine > mine',
      ...links.map((target, index) => `ln -s '${target}' l${index}`),
    ].join('; ');
    const paths = ['out', ...links.map((_, index) => `m${index}/canary`)];
    const whole = `${script}; cd ..; ${links.map((target, index) => `ln -s '${target}' m${index}`).join('; ')}`;
    const document = await client.submit(job(whole, ...paths), { waitSeconds: 10 });
    expect(document.outcome).toEqual({ kind: 'artifact-missing', path: 'm0/canary' });
    expect(document.state).toBe('failed');
    expect(document.artifacts?.map(({ path }) => path)).toEqual(['out/mine']);
    expect(document.artifactsLeftOut?.map(({ reason }) => reason)).toEqual(
      expect.arrayContaining(['special-file', 'symbolic-link']),
    );
    expect(JSON.stringify(document)).not.toContain(SECRET);
    expect(await readdir(directory)).toContain('canary');
    expect(await readFile(join(directory, 'canary'), 'utf8')).toBe(SECRET);
  });

  it('of a job that failed, timed out or was killed are there too', async () => {
    const script = 'echo so far > log; kill -9 $$';
    const document = await client.submit(job(script, 'log'), { waitSeconds: 10 });
    expect(document.outcome).toEqual({ kind: 'signaled', signal: 'SIGKILL' });
    expect(await textOf(client, document.id, 'log')).toBe('so far\n');
  });

  it('are fetched by the command line into a directory and nowhere else', async () => {
    const env = { SANDLOT_URL: service.address };
    const script = 'mkdir out; echo 1 > out/a; echo 2 > "out/b c"; ln -s / out/root';
    const submitted = await sandlot(
      [
        'submit',
        '--wait',
        '--json',
        '--artifact',
        `out=${join(directory, 'named')}`,
        '/bin/sh',
        '-c',
        script,
      ],
      { env },
    );
    expect(submitted).toMatchObject({
      code: 0,
      stderr: 'sandlot: artifact "out/root" was left out: symbolic-link\n',
    });
    expect(await readFile(join(directory, 'named/b c'), 'utf8')).toBe('2\n');
    const { id } = jobDocumentSchema.parse(JSON.parse(submitted.stdout));
    expect((await sandlot(['artifacts', id], { env })).stdout).toBe('2 "out/a"\n2 "out/b c"\n');
    const to = join(directory, 'fetched');
    expect(await sandlot(['artifacts', id, 'out/a', '--to', to], { env })).toMatchObject({ code: 0 });
    expect(await readdir(join(to, 'out'))).toEqual(['a']);
    expect(await sandlot(['artifacts', id, 'nope', '--to', to], { env })).toMatchObject({
      code: 125,
      stderr: expect.stringContaining('no artifact "nope"'),
    });
    expect(await sandlot(['status', id], { env })).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringContaining(`artifacts  2, 4 B, 1 left out: sandlot artifacts ${id}\n`),
    });
  });

  it('survive a crash of the service, and go with their job', async () => {
    const large = 'head -c 200000 /dev/zero > large; echo 1 > small';
    const { id } = await client.submit(job(large, 'large', 'small'), { waitSeconds: 10 });
    await services.crash(service);
    await start();
    expect(await textOf(client, id, 'large')).toHaveLength(200_000);
    expect(await textOf(client, id, 'small')).toBe('1\n');
    await services.crash(service);
    // A worker removes the files of jobs that it has seen: time enough for its first look, on a busy machine too.
    await start({ SANDLOT_RETENTION_MS: '5000' });
    await until(
      'the job to go',
      async () =>
        client.get(id).then(
          () => false,
          () => true,
        ),
      20_000,
    );
    await expect(textOf(client, id, 'small')).rejects.toMatchObject({ problem: { code: 'job-not-found' } });
    await until('its files to go', async () => !(await readdir(join(dataDir, 'blobs'))).includes(id));
  }, 60_000);
});

describe.runIf(hasCells && requireProgram('redis-server', 'redis-server'))('artifacts through Redis', () => {
  const services = new Services();
  afterAll(() => services.closeAll());

  it('come from whichever worker has run the job', async () => {
    const dataDir = await services.makeDirectory();
    const redis = await startRedis(dataDir);
    try {
      const env = { SANDLOT_DATA_DIR: join(dataDir, 'data'), SANDLOT_QUEUE: redis.url };
      const { address } = await services.start('api', env);
      await services.start('worker', env);
      const client = createClient({ baseUrl: address });
      const script = 'echo 1 > small; head -c 50000 /dev/zero > large';
      const document = await client.submit(job(script, 'small', 'large'), { waitSeconds: 20 });
      expect(document.artifacts?.map(({ path }) => path)).toEqual(['large', 'small']);
      expect(await textOf(client, document.id, 'small')).toBe('1\n');
      expect(await textOf(client, document.id, 'large')).toHaveLength(50_000);
    } finally {
      await services.closeAll();
      await redis.close();
    }
  });
});

describe.runIf(hasCells)('sandlot run --artifact', () => {
  const run = async (script: string, ...options: string[]) =>
    await sandlot(['run', ...options, '--', '/bin/sh', '-c', script]);

  it('brings files and directories back, under the names that were asked for', async () => {
    const at = (name: string) => join(directory, 'run', name);
    const ended = await run(
      'mkdir -p d/e; echo 1 > a; echo 2 > d/e/b; exit 3',
      ...['--artifact', `a=${at('x/A')}`, '--artifact', `d=${at('D')}`, '--optional-artifact', 'none'],
    );
    expect(ended).toMatchObject({ code: 3, stderr: 'sandlot: artifact "none" was left out: missing\n' });
    expect(await readFile(at('x/A'), 'utf8')).toBe('1\n');
    expect(await readFile(at('D/e/b'), 'utf8')).toBe('2\n');
  });

  it('ends with 1 if one is missing, and says which', async () => {
    expect(await run('true', '--artifact', `nope=${join(directory, 'nope')}`)).toMatchObject({
      code: 1,
      stderr: 'sandlot: artifact "nope" is missing\nsandlot: artifact "nope" was left out: missing\n',
    });
  });

  it('refuses a path that leads out of the work directory', async () => {
    expect(await run('true', '--artifact', '../x')).toMatchObject({
      code: 125,
      stderr: expect.stringContaining('--artifact: Path "../x" has a ".." segment'),
    });
  });

  it('writes over nothing that a name of the payload leads to', async () => {
    const target = join(directory, 'target');
    await mkdir(target);
    const hostile = 'mkdir d; cd d; : > "$(printf "a\\nb")"; : > "..."; ln -s / up; mkdir x; : > x/..y';
    expect(await run(hostile, '--artifact', `d=${target}`)).toMatchObject({ code: 0 });
    expect((await readdir(target)).sort()).toEqual(['...', 'a\nb', 'x']);
    expect(await readFile(join(directory, 'canary'), 'utf8')).toBe(SECRET);
  });
});
