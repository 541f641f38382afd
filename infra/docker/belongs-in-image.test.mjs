import { describe, expect, it } from 'vitest';
import { belongsInImage } from './belongs-in-image.mjs';

describe('belongsInImage', () => {
  it.each([
    'package.json',
    'index.js',
    'lib/test/run.cjs',
    'linux_x64/koffi.node',
    'LICENSE.md',
    'static/page.html',
  ])('takes %s', (path) => expect(belongsInImage(path)).toBe(true));

  it.each([
    'README.md',
    'index.d.ts',
    'dist/index.js.map',
    'test/run.js',
    'src/call.cc',
    'musl_x64/koffi.node',
    '.npmrc',
  ])('leaves out %s', (path) => expect(belongsInImage(path)).toBe(false));
});
