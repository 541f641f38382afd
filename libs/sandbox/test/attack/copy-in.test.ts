import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sandbox } from '@sandlot/engine';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSandbox } from '../../src/index.js';
import { runInCell, shellInCell } from '../support/run-in-cell.js';

const SECRET = 'of the host alone';

/**
 * Paths that the contract refuses, sent to init all the same: it must not depend on whoever speaks to it. The work
 * directory is new and empty when files are put, so no link, FIFO or device can stand in it yet.
 */
describe('files of a job', () => {
  let sandbox: Sandbox;
  let directory: string;
  beforeAll(async () => {
    sandbox = await createSandbox({ slots: 1 });
  });
  afterAll(async () => await sandbox.close());
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'sandlot-canary-'));
    writeFileSync(join(directory, 'canary'), SECRET);
  });
  afterEach(() => {
    assert.deepEqual(readdirSync(directory), ['canary']);
    assert.equal(readFileSync(join(directory, 'canary'), 'utf8'), SECRET);
    rmSync(directory, { recursive: true });
  });

  const put = async (...paths: readonly string[]) =>
    await runInCell(sandbox, {
      argv: ['echo', 'ran'],
      files: paths.map((path) => ({ path, content: path })),
    });

  it.each<[what: string, errno: string, paths: readonly string[]]>([
    ['".."', 'EXDEV', ['../x']],
    ['".." behind a directory', 'EXDEV', ['a/../../etc/x']],
    ['".." alone', 'EXDEV', ['..']],
    ['an absolute path', 'ENOENT', ['/etc/x']],
    ['an absolute path of the host', 'ENOENT', ['CANARY/x']],
    ['an empty path', 'ENOENT', ['']],
    ['a path without a name', 'ENOENT', ['a/']],
    ['an empty segment', 'ENOENT', ['a//b']],
    ['one path twice', 'EEXIST', ['a', 'a']],
    ['a directory as a file', 'EEXIST', ['a/b', 'a']],
    ['a file as a directory', 'ENOTDIR', ['a', 'a/b']],
    ['a name too long', 'ENAMETOOLONG', ['n'.repeat(256)]],
    ['a path too long', 'ENAMETOOLONG', [`${'d/'.repeat(2048)}x`]],
    ['a NUL', 'EPROTO', ['a\0b']],
  ])('cannot be %s: %s, and no payload runs', async (_what, errno, paths) => {
    const running = put(...paths.map((path) => path.replace('CANARY', directory)));
    await expect(running).rejects.toThrow(
      `put a file into the work directory (number ${paths.length - 1}): ${errno}`,
    );
    expect((await put('fine')).stdout).toBe('ran\n');
  });

  it('may have any name that is UTF-8, line breaks too', async () => {
    const names = ['line\nbreak', 'ü', ' ', '-n', '\\', '...', '$(id)', "'", '*', '\t', '\x7f'];
    const { stdout } = await runInCell(sandbox, {
      argv: ['python3', '-c', 'import os, json; print(json.dumps(sorted(os.listdir())))'],
      files: names.map((path) => ({ path, content: '' })),
    });
    expect(JSON.parse(stdout)).toEqual(names.sort());
  });

  it('may lie as deep as a path can be', async () => {
    const path = `${'d/'.repeat(2047)}x`;
    const { stdout } = await shellInCell(sandbox, 'find . -type f | wc -c; find . -type d | wc -l', {
      files: [{ path, content: 'deep' }],
    });
    expect(stdout).toBe(`${path.length + 3}\n2048\n`);
  });

  it('are all there before the payload is', async () => {
    const files = Array.from({ length: 1000 }, (_, index) => ({ path: `f/${index}`, content: `${index}` }));
    const { stdout } = await shellInCell(sandbox, 'ls f | wc -l; cat f/999', { files });
    expect(stdout).toBe('1000\n999');
  });

  it('give nobody a right that a payload lacks: modes are permission bits alone', async () => {
    const { stdout } = await shellInCell(sandbox, 'stat -c %a s', {
      files: [{ path: 's', mode: '7755', content: '' }],
    });
    expect(stdout).toBe('755\n');
  });
});
