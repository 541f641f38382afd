import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseKeys, SCOPES } from '../src/index.js';

const read = async (): Promise<string> =>
  await readFile(join(import.meta.dirname, '../../../docs/api-keys.md'), 'utf8');

it('docs/api-keys.md shows a file that can be read, with every field explained', async () => {
  const text = await read();
  const [entry] = parseKeys(/```json\n(.*?)```/s.exec(text)?.[1] ?? '');
  for (const field of Object.keys(entry ?? {})) expect(text).toContain(`\n| \`${field}\` `);
});

it('docs/api-keys.md lists exactly the scopes there are', async () => {
  const section = /\n## Scopes\n(.*?)\n## /s.exec(await read())?.[1] ?? '';
  expect([...section.matchAll(/^\| `([^`]+)`/gm)].map(([, scope]) => scope)).toEqual([...SCOPES]);
});
