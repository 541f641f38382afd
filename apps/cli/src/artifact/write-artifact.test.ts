import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeArtifact } from './write-artifact.js';

let directory: string;
let root: string;
let outside: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sandlot-artifact-'));
  root = join(directory, 'root');
  outside = join(directory, 'outside');
  await mkdir(outside);
  await writeFile(join(outside, 'canary'), 'untouched');
});
afterEach(() => rm(directory, { recursive: true }));

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
async function* piecesOf(text: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(text.slice(0, 1));
  yield Buffer.from(text.slice(1));
}

const write = (path: string, { text = 'new', digest = sha256(text) } = {}) =>
  writeArtifact({
    root,
    path,
    kept: { path: `out/${path}`, bytes: text.length, sha256: digest },
    open: async () => piecesOf(text),
  });

describe('writeArtifact', () => {
  it.each(['a', 'a/b/c', 'line\nbreak', '-n', '...', 'ü'])('writes %j below the directory', async (path) => {
    await write(path);
    expect(await readFile(join(root, path), 'utf8')).toBe('new');
  });

  it('replaces a file of the name', async () => {
    await write('a', { text: 'a longer first text' });
    await write('a');
    expect(await readFile(join(root, 'a'), 'utf8')).toBe('new');
    expect(await readdir(root)).toEqual(['a']);
  });

  it.each(['../outside/canary', 'a/../../outside/canary', '/etc/x', '..', '.', '', 'a//b', 'a/', 'a\0b'])(
    'writes nothing for the path %j',
    async (path) => {
      await expect(write(path)).rejects.toThrow(/would lead out/);
      await expect(access(root)).rejects.toThrow('ENOENT');
    },
  );

  it('follows no link below the directory, and replaces one that has the name of the file', async () => {
    await mkdir(root);
    await symlink(outside, join(root, 'link'));
    await symlink(join(outside, 'canary'), join(root, 'file'));
    await expect(write('link/canary')).rejects.toThrow(/in the way/);
    await write('file');
    expect(await readFile(join(root, 'file'), 'utf8')).toBe('new');
    expect(await readdir(outside)).toEqual(['canary']);
    expect(await readFile(join(outside, 'canary'), 'utf8')).toBe('untouched');
  });

  it('leaves a file as it was when the bytes are not those that were kept', async () => {
    await write('a', { text: 'before' });
    await expect(write('a', { digest: sha256('other') })).rejects.toThrow(/not those that were kept/);
    expect(await readFile(join(root, 'a'), 'utf8')).toBe('before');
    expect(await readdir(root)).toEqual(['a']);
  });

  it('says what is in the way', async () => {
    await write('file');
    await mkdir(join(root, 'folder/full'), { recursive: true });
    await expect(write('file/below')).rejects.toThrow(/in the way/);
    await expect(write('folder')).rejects.toThrow(/Cannot write the artifact .*folder": EISDIR|ENOTEMPTY/);
  });
});
