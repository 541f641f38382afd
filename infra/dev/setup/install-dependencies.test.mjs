import { describe, expect, it } from 'vitest';
import { isInstalled } from './install-dependencies.mjs';

const WANTED = {
  '': { version: '0.1.0' },
  'libs/engine': { version: '0.1.0' },
  'node_modules/@x/engine': { resolved: 'libs/engine', link: true },
  'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
  'node_modules/b-linux': { version: '1.0.0', integrity: 'sha512-b', optional: true },
};

/** What npm records after installing {@link WANTED} on a machine that has no use for b-linux. */
const INSTALLED = {
  'libs/engine': { version: '0.1.0' },
  'node_modules/@x/engine': { resolved: 'libs/engine', link: true },
  'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
};

describe('isInstalled', () => {
  it('is content with what the lock file names, less the packages of other platforms', () => {
    expect(isInstalled(WANTED, INSTALLED)).toBe(true);
  });

  it.each([
    ['a package is missing', { 'node_modules/a': undefined }],
    ['a version differs', { 'node_modules/a': { version: '1.0.1', integrity: 'sha512-a' } }],
    ['the content differs', { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-z' } }],
    ['a workspace link is missing', { 'node_modules/@x/engine': undefined }],
    ['a package is left over', { 'node_modules/z': { version: '1.0.0' } }],
  ])('asks for an installation when %s', (_what, change) => {
    expect(isInstalled(WANTED, { ...INSTALLED, ...change })).toBe(false);
  });
});
