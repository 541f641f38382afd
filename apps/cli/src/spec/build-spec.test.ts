import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildSpec } from './build-spec.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sandlot-cli-'));
});
afterEach(() => rm(directory, { recursive: true }));

const withFile = (source: string, path = 'x') => buildSpec(['p'], { file: [{ source, path }], env: {} });

describe('buildSpec', () => {
  it('carries the program, the environment and the limits asked for, nothing else', async () => {
    const options = { file: [], env: { A: '1' }, memory: 1_024, time: 5, cpuTime: 6, output: 7, pids: 8 };
    const others = { idle: 9, cpus: 0.5, cpuWeight: 10, io: 11 };
    expect(await buildSpec(['p', '-x'], { ...options, ...others })).toEqual({
      argv: ['p', '-x'],
      files: [],
      env: { A: '1' },
      limits: {
        memoryBytes: 1_024,
        wallTimeMs: 5,
        cpuTimeMs: 6,
        idleTimeMs: 9,
        cpuCores: 0.5,
        cpuWeight: 10,
        outputBytes: 7,
        ioBytesPerSecond: 11,
        pids: 8,
      },
    });
  });

  it('lets one file fill the disk that was asked for', async () => {
    const { limits } = await buildSpec(['p'], { file: [], env: {}, disk: 1_000_000 });
    expect(limits).toEqual({ diskBytes: 1_000_000, fileBytes: 1_000_000 });
  });

  it('reads text as text, with its mode and new name', async () => {
    const source = join(directory, 'script.sh');
    await writeFile(source, '#!/bin/sh\necho é\n');
    await chmod(source, 0o755);
    expect((await withFile(source, 'bin/run')).files).toEqual([
      { path: 'bin/run', content: '#!/bin/sh\necho é\n', encoding: 'utf8', mode: '0755' },
    ]);
  });

  it('reads anything else as base64', async () => {
    const source = join(directory, 'data');
    await writeFile(source, Buffer.from([0xff, 0x00]));
    expect((await withFile(source)).files).toMatchObject([{ content: '/wA=', encoding: 'base64' }]);
  });

  it('names flag, path and remedy when a file is missing or a directory', async () => {
    await expect(withFile('/no/such')).rejects.toThrow(
      '--file /no/such: no such file; check the path (ENOENT)',
    );
    await expect(withFile(directory)).rejects.toThrow('name each file with its own --file (EISDIR)');
  });
});
