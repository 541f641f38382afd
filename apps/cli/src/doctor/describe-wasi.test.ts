import { expect, it } from 'vitest';
import { describeWasi } from './describe-wasi.js';

it('says that modules run, and how', () => {
  expect(describeWasi({ status: 'runs' })).toBe('WASI modules run\n');
  expect(describeWasi({ status: 'runs-without-namespaces' })).toContain('SANDLOT_MINIMUM_TIER=T4');
  expect(describeWasi({ status: 'off' })).toContain('SANDLOT_WASI_RUNNERS=off');
});

it('says why they do not, a sentence a line', () => {
  expect(describeWasi({ status: 'failed', message: 'It is so. Do this: `a b`.' })).toBe(
    '✗ WASI modules cannot run\n  It is so.\n  Do this: `a b`.\n',
  );
});
