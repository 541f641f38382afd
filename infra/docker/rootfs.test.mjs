import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../dev/setup/workspace.mjs';
import { SERVICE } from './image.mjs';
import { describeSizes, findUnwanted, listRootfs } from './list-rootfs.mjs';
import { stageRootfs } from './stage-rootfs.mjs';

const MAX_BYTES = 180 * 2 ** 20;
const MAX_BYTES_WITHOUT_NODE = 40 * 2 ** 20;

describe('the root file system of the image', () => {
  const directory = mkdtempSync(join(tmpdir(), 'sandlot-image-'));
  const rootfs = join(directory, 'rootfs');
  /** @type {readonly import('./list-rootfs.mjs').Entry[]} */
  let entries = [];
  beforeAll(() => {
    stageRootfs(rootfs);
    entries = listRootfs(rootfs);
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  const files = () => entries.filter(({ kind }) => kind !== 'directory').map(({ path }) => path);

  it('holds no program but Node, and so no shell', () => {
    expect(
      files().filter((path) => /(?:^|\/)s?bin\/(?!sandlot\.js)/.test(path) && !path.startsWith(SERVICE)),
    ).toEqual(['usr/bin/node']);
  });

  it('holds nothing with privilege, no secret, no test, no source map', () => {
    expect(findUnwanted(entries)).toEqual([]);
  });

  it('holds no development dependency', () => {
    const names = [
      ...new Set(files().flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [])),
    ];
    const { devDependencies } = /** @type {{ devDependencies: object }} */ (
      JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
    );
    // Read by a dependency of the service too.
    const tools = Object.keys(devDependencies).filter((name) => name !== 'yaml');
    expect(names.filter((name) => tools.includes(name) || name === '@sandlot/testing')).toEqual([]);
    expect(names).toEqual(expect.arrayContaining(['bullmq', 'fastify', 'koffi']));
  });

  it(`stays below ${MAX_BYTES / 2 ** 20} MiB, most of them Node`, () => {
    const sum = (/** @type {readonly { bytes: number }[]} */ list) =>
      list.reduce((all, { bytes }) => all + bytes, 0);
    process.stdout.write(describeSizes(entries));
    expect(sum(entries)).toBeLessThan(MAX_BYTES);
    expect(sum(entries.filter(({ path }) => path !== 'usr/bin/node'))).toBeLessThan(MAX_BYTES_WITHOUT_NODE);
  });

  it('has its command in place', () => {
    const program = join(rootfs, SERVICE, 'apps/cli/bin/sandlot.js');
    expect(execFileSync(process.execPath, [program, '--version'], { encoding: 'utf8' })).toMatch(
      /^\d+\.\d+\.\d+\n$/,
    );
  });
});
