import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findImports, readImports } from './read-imports.mjs';

describe('findImports', () => {
  it('finds every way to name a module, with its line', () => {
    const text = [
      "import a, { type B } from 'one';",
      "import type { C } from './two.js';",
      "import 'three';",
      "export * from 'four';",
      "export { d, e } from '../five.js';",
      "const f = await import('six');",
    ].join('\n');
    expect(findImports('a.ts', text)).toEqual(
      ['one', './two.js', 'three', 'four', '../five.js', 'six'].map((specifier, index) => ({
        specifier,
        line: index + 1,
      })),
    );
  });

  it('passes over a payload that stands in a string or a comment', () => {
    const text =
      'const payload = "import fs from \'node:fs\'"; // import "x"\nconst later = import(payload);';
    expect(findImports('a.ts', text)).toEqual([]);
  });

  it('refuses a text it cannot parse', () => {
    expect(() => findImports('a.ts', 'import { from')).toThrow(/Cannot parse a\.ts/);
  });
});

describe('readImports', () => {
  /** @type {string} */
  let root;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'sandlot-imports-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('reads src, test and bin, knows tests, and leaves what is built alone', () => {
    for (const path of [
      'src/deep/a.ts',
      'src/deep/a.test.ts',
      'test/kernel/b.ts',
      'bin/c.js',
      'dist/d.js',
      'e.ts',
    ]) {
      mkdirSync(dirname(join(root, 'libs/x', path)), { recursive: true });
      writeFileSync(join(root, 'libs/x', path), "\nimport 'one';\n");
    }
    const line = { line: 2, specifier: 'one' };
    expect(readImports(root, 'libs/x')).toEqual([
      { ...line, file: 'libs/x/bin/c.js', isTest: false },
      { ...line, file: 'libs/x/src/deep/a.test.ts', isTest: true },
      { ...line, file: 'libs/x/src/deep/a.ts', isTest: false },
      { ...line, file: 'libs/x/test/kernel/b.ts', isTest: true },
    ]);
  });
});
