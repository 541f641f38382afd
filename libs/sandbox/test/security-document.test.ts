import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const ROOT = new URL('../../../', import.meta.url);
const DOCUMENT = readFileSync(new URL('SECURITY.md', ROOT), 'utf8');
/** `path`: “title” */
const NAMED = [...DOCUMENT.matchAll(/`([\w./-]+)`: “([^”]+)”/g)].map(
  ([, path = '', title = '']) => [path, title] as const,
);

describe('SECURITY.md', () => {
  it.each(NAMED)('names a test that there is: %s, %s', (path, title) => {
    expect(readFileSync(new URL(path, ROOT), 'utf8')).toContain(title);
  });

  it('names a test in every row of its tables', () => {
    const rows = DOCUMENT.split('\n').filter(
      (line) => line.startsWith('| ') && !/^\| (?:-|promise|escape)/.test(line),
    );
    expect(NAMED).toHaveLength(rows.length);
  });
});
