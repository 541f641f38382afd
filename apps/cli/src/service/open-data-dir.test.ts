import { mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDataDir } from './open-data-dir.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sandlot-data-'));
});
afterEach(() => rm(directory, { recursive: true }));

describe('openDataDir', () => {
  it('makes the directory and its parents, for its owner alone, and leaves nothing in it', async () => {
    const path = join(directory, 'a/b/c');
    await openDataDir(path);
    await openDataDir(`${path}/`);
    expect(await readdir(path)).toEqual([]);
    for (const made of ['a', 'a/b', 'a/b/c'])
      expect((await stat(join(directory, made))).mode & 0o777).toBe(0o700);
  });

  it('takes a directory that is there, also behind a link', async () => {
    await mkdir(join(directory, 'real'));
    await symlink('real', join(directory, 'link'));
    await openDataDir(join(directory, 'link/data'));
    expect(await readdir(join(directory, 'real'))).toEqual(['data']);
  });

  // To a plain user /proc is read-only before it is anything else.
  it.each(['/proc/sandlot', '/proc/sandlot/data', '/proc'])('says that %s cannot be used', async (path) => {
    await expect(openDataDir(path)).rejects.toThrow(
      /^Cannot use the data directory \/proc\S*: (?:ENOENT, no directory can be|EACCES, permission)/,
    );
  });

  it('says that a file is no directory, and a link that leads nowhere is none', async () => {
    const file = join(directory, 'file');
    await writeFile(file, '');
    await symlink('nowhere', join(directory, 'link'));
    await expect(openDataDir(file)).rejects.toThrow(`${file}: ENOTDIR, part of it is a file.`);
    await expect(openDataDir(join(file, 'data'))).rejects.toThrow('ENOTDIR, part of it is a file.');
    await expect(openDataDir(join(directory, 'link/data'))).rejects.toThrow('ENOENT, ');
  });
});
