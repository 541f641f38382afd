import { chmod, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeKey } from '../support/make-key.js';
import { sandlot, type Ended } from '../support/sandlot.js';

interface File {
  readonly keys: readonly { readonly id: string; readonly tenant: string; readonly expiresAt?: string }[];
}

let directory: string;
let file: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sandlot-keys-'));
});
beforeEach(() => {
  file = join(directory, `${Math.random()}.json`);
});
afterAll(async () => rm(directory, { recursive: true }));

const keys = async (...args: readonly string[]): Promise<Ended> => await sandlot(['keys', ...args]);
const read = async (): Promise<File> => JSON.parse(await readFile(file, 'utf8')) as File;
const modeOf = async (): Promise<number> => (await stat(file)).mode & 0o777;
const CREATE = ['create', '--tenant', 'acme', '--scope', 'jobs:read'];

describe('sandlot keys create', () => {
  it('prints the key alone, and keeps only its digest, for this user', async () => {
    const { code, stdout, stderr } = await keys(
      ...CREATE,
      '--keys-file',
      file,
      '--id',
      'ci',
      '--expires',
      '90d',
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^sandlot_[A-Za-z0-9_-]{43}\n$/);
    expect(stderr).toMatch(/^sandlot: this is the key ci of the tenant acme; it is shown only now\. .*\n$/);
    const text = await readFile(file, 'utf8');
    expect(text + stderr).not.toContain(stdout.trim());
    expect(await modeOf()).toBe(0o600);
    const [entry] = (await read()).keys;
    expect(entry).toMatchObject({ id: 'ci', tenant: 'acme', scopes: ['jobs:read'] });
    expect(Date.parse(entry?.expiresAt ?? '') - Date.now()).toBeGreaterThan(89 * 86_400_000);
  });

  it('adds to a file that is there, and keeps its mode and its name', async () => {
    await makeKey(file, 'acme', 'jobs:read');
    await chmod(file, 0o640);
    const link = join(directory, `${Math.random()}.link`);
    await symlink(file, link);
    await makeKey(link, 'rival', 'jobs:read', 'jobs:write');
    expect((await read()).keys.map(({ tenant }) => tenant)).toEqual(['acme', 'rival']);
    expect(await modeOf()).toBe(0o640);
    expect((await readdir(directory)).filter((name) => name.endsWith('.new'))).toEqual([]);
  });

  it('prints the entry as well where there is no file for it', async () => {
    const { code, stdout } = await keys(...CREATE);
    expect(code).toBe(0);
    expect(JSON.parse(stdout.slice(stdout.indexOf('\n')))).toMatchObject({ tenant: 'acme' });
    const { key, entry } = JSON.parse((await keys(...CREATE, '--json')).stdout) as Record<string, unknown>;
    expect([key, entry]).toEqual([
      expect.stringMatching(/^sandlot_/),
      expect.objectContaining({ tenant: 'acme' }),
    ]);
  });

  it.each<[string, readonly string[], RegExp]>([
    ['a scope there is not', ['--scope', 'jobs'], /scopes\[1\]: Expected one of jobs:read, jobs:write/],
    ['a tenant that is no name', ['--tenant', 'A B'], /tenant: Expected 1–63 of a–z 0–9/],
    ['an id that is no name', ['--id', '../x'], /id: Expected 1–63 of a–z 0–9/],
    ['a time that is over', ['--expires', '2020-01-01'], /--expires="2020-01-01" is not valid: expected 90d/],
    ['a time that is none', ['--expires', 'soon'], /--expires="soon" is not valid: expected 90d/],
  ])('makes no key with %s', async (_what, args, message) => {
    const { code, stdout, stderr } = await keys(...CREATE, ...args, '--keys-file', file);
    expect({ code, stdout }).toEqual({ code: 125, stdout: '' });
    expect(stderr).toMatch(message);
    await expect(stat(file)).rejects.toThrow('ENOENT');
  });

  it('leaves a file alone that it cannot read, that another one changes, or that has the id', async () => {
    for (const text of ['{', '{"keys": [{}]}']) {
      await writeFile(file, text, { mode: 0o600 });
      expect((await keys(...CREATE, '--keys-file', file)).stderr).toContain(
        `Cannot use the API keys in ${file}`,
      );
      expect(await readFile(file, 'utf8')).toBe(text);
    }
    await rm(file);
    await keys(...CREATE, '--keys-file', file, '--id', 'a');
    const again = await keys(...CREATE, '--keys-file', file, '--id', 'a');
    expect(again).toMatchObject({ code: 125, stdout: '' });
    expect(again.stderr).toContain('there is one with the id a');
    await writeFile(`${file}.new`, '');
    expect((await keys(...CREATE, '--keys-file', file)).stderr).toContain('somebody else is changing it');
    await rm(`${file}.new`);
    expect((await read()).keys).toHaveLength(1);
  });
});

describe('sandlot keys list and revoke', () => {
  it('show what is no secret, and take a key away', async () => {
    await keys(...CREATE, '--keys-file', file, '--id', 'one');
    await keys(...CREATE, '--keys-file', file, '--id', 'two');
    const { stdout } = await keys('list', '--keys-file', file);
    expect(stdout).toMatch(/^ID +TENANT +SCOPES +CREATED +EXPIRES\none +acme +jobs:read +\S+Z +never\ntwo /);
    expect(stdout).not.toMatch(/[0-9a-f]{64}/);
    expect(await keys('revoke', 'one', '--keys-file', file)).toMatchObject({ code: 0, stdout: '' });
    expect((await read()).keys.map(({ id }) => id)).toEqual(['two']);
    const missing = await keys('revoke', 'one', '--keys-file', file);
    expect([missing.code, missing.stderr]).toEqual([
      125,
      expect.stringContaining('no key with the id "one"'),
    ]);
  });

  it('say that there is no file, and make none', async () => {
    for (const args of [['list'], ['revoke', 'x']]) {
      expect((await keys(...args)).stderr).toContain('No file of API keys is named: give --keys-file');
      const { code, stderr } = await keys(...args, '--keys-file', file);
      expect([code, stderr]).toEqual([
        125,
        expect.stringContaining(`Cannot read the API keys in ${file}: ENOENT`),
      ]);
    }
    await expect(stat(file)).rejects.toThrow('ENOENT');
  });
});

describe('a service with a bad file of keys', () => {
  const start = async (path: string): Promise<Ended> =>
    await sandlot(['serve'], {
      env: {
        SANDLOT_API_KEYS_FILE: path,
        SANDLOT_DATA_DIR: join(directory, 'data'),
        SANDLOT_CGROUP: 'none',
        SANDLOT_CONCURRENCY: '1',
      },
    });

  it.each<[string, string, number, RegExp]>([
    ['is not JSON', '{"keys": [\n"hidden"', 0o600, /: It is not JSON.*sandlot keys create/],
    [
      'has no digest',
      '{"keys": [{"id": "hidden"}]}',
      0o600,
      /: keys\[0\]\.tenant: .*keys\[0\]\.sha256: Expected/,
    ],
    ['everybody may change', '{"keys": []}', 0o606, /everybody on this machine may write.*0606.*chmod 600/],
  ])('does not start when it %s, and says why', async (_what, text, mode, message) => {
    await writeFile(file, text);
    await chmod(file, mode);
    const { code, stdout, stderr } = await start(file);
    expect({ code, stdout }).toEqual({ code: 125, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('hidden');
    expect(stderr.match(/\n/g)).toHaveLength(1);
  });

  it('does not start without the file, or with a directory in its place', async () => {
    expect((await start(file)).stderr).toMatch(
      /^sandlot: Cannot read the API keys in .*: ENOENT\. Make it with/,
    );
    expect((await start(directory)).stderr).toContain('it is no regular file');
  });
});
