import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROBLEMS } from '@sandlot/contract';
import { expect, it } from 'vitest';

it('docs/problems.md lists exactly the problems of the catalogue', async () => {
  const path = join(import.meta.dirname, '../../../docs/problems.md');
  const rows = (await readFile(path, 'utf8'))
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  const expected = Object.entries(PROBLEMS).map(([code, { status, meaning, remedy }]) => [
    `\`${code}\``,
    String(status),
    meaning,
    remedy,
  ]);
  expect(rows).toEqual(expected);
});
