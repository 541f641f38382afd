import { describe, expect, it } from 'vitest';
import { productionPackages } from './production-packages.mjs';

const ENTRIES = {
  'apps/a': { dependencies: { '@us/b': '1', one: '1' }, devDependencies: { tester: '1' } },
  'libs/b': { dependencies: { two: '2' } },
  'node_modules/@us/b': { link: true, resolved: 'libs/b' },
  'node_modules/one': { dependencies: { two: '1' }, optionalDependencies: { native: '1', absent: '1' } },
  'node_modules/one/node_modules/two': {},
  'node_modules/two': { peerDependencies: { peer: '1' } },
  'node_modules/native': {},
  'node_modules/peer': {},
  'node_modules/tester': {},
};

describe('productionPackages', () => {
  const needed = productionPackages(ENTRIES, 'apps/a');

  it('follows links to projects of the workspace', () => {
    expect(needed.folders).toEqual(['apps/a', 'libs/b']);
    expect(needed.links).toEqual([{ path: 'node_modules/@us/b', folder: 'libs/b' }]);
  });

  it('finds each package where Node would, with its optional and peer dependencies, and leaves out what tests need', () => {
    expect(needed.packages).toEqual([
      'node_modules/native',
      'node_modules/one',
      'node_modules/one/node_modules/two',
      'node_modules/peer',
      'node_modules/two',
    ]);
  });

  it('names what the lock file lacks', () => {
    const entries = { 'apps/a': { dependencies: { gone: '1' } } };
    expect(() => productionPackages(entries, 'apps/a')).toThrow('no gone, which apps/a needs');
  });
});
