import { describe, expect, it } from 'vitest';
import { WASI } from 'node:wasi';
import { PREVIEW1_FUNCTIONS, WASI_VERSIONS, wasiSignature } from './wasi-functions.js';

describe('the functions of WASI', () => {
  it('are those that Node has', () => {
    const { wasiImport } = new WASI({ version: 'preview1' });
    expect(Object.keys(PREVIEW1_FUNCTIONS).sort()).toEqual(Object.keys(wasiImport as object).sort());
  });

  it.each(WASI_VERSIONS)('have types in %s', (version) => {
    expect(wasiSignature(version, 'fd_seek')).toBe('(i32, i64, i32, i32) -> (i32)');
    expect(wasiSignature(version, 'constructor')).toBeUndefined();
  });
});
