import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ARTIFACT_BOUNDS, LEFT_OUT_REASONS } from '@sandlot/contract';
import { expect, it } from 'vitest';
import { COLLECT_MS } from '../src/cell/native-cell.js';

const ROOT = join(import.meta.dirname, '../../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const PAGE = read('docs/files.md');

/** The tests that hold the rows, by the words the page has for them. */
const TESTS: Readonly<Record<string, string>> = {
  in: 'libs/sandbox/test/attack/copy-in.test.ts',
  out: 'libs/sandbox/test/attack/copy-out.test.ts',
  kernel: 'libs/sandbox/test/kernel/files.test.ts',
  collect: 'libs/sandbox/test/kernel/collect.test.ts',
  stream: 'libs/sandbox/src/cell/file-stream.test.ts',
  lab: 'libs/sandbox/test/lab/limits.test.ts',
  http: 'apps/cli/test/e2e/copy-in.test.ts',
  api: 'apps/api/test/artifacts.test.ts',
  header: 'apps/api/src/job/attachment.test.ts',
  problem: 'apps/api/test/problems.test.ts',
  write: 'apps/cli/src/artifact/write-artifact.test.ts',
};

const cellsOf = (row: string) =>
  row
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim());
const ROWS = PAGE.split('\n')
  .filter((line) => line.startsWith('|'))
  .map(cellsOf);

it('docs/files.md lists exactly the reasons that there are', () => {
  const reasons = ROWS.filter((row) => row.length === 2 && row[0]?.startsWith('`') === true);
  const expected = Object.entries(LEFT_OUT_REASONS).map(([reason, meaning]) => [`\`${reason}\``, meaning]);
  expect(reasons).toEqual(expected);
});

it('docs/files.md tells the bounds that hold', () => {
  const figures = ROWS.filter((row) => row.length === 2 && /^\d+$/.test(row[1] ?? '')).map(([, n]) =>
    Number(n),
  );
  expect(figures).toEqual([...Object.values(ARTIFACT_BOUNDS), COLLECT_MS]);
});

it('docs/files.md names a test for every case', () => {
  const cases = ROWS.filter((row) => row.length === 3 && /^\w+: `/.test(row[2] ?? ''));
  expect(cases.length).toBeGreaterThan(40);
  for (const [what, , held = ''] of cases) {
    const [, file = '', title = ''] = /^(\w+): `(.+)`$/.exec(held) ?? [];
    const source = read(TESTS[file] ?? 'no such file').replaceAll(String.raw`\'`, "'");
    expect({ what, title, isThere: source.includes(title) }).toEqual({ what, title, isThere: true });
  }
});
