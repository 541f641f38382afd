import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MODULE_REFUSALS } from '../src/index.js';

describe('README.md', () => {
  it('has a row for every refusal, in order', () => {
    const text = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');
    const admission = text.split('## Admission')[1]?.split('\n## ')[0] ?? '';
    const rows = [...admission.matchAll(/^\| `([a-z0-9-]+)` +\| (.+?) +\| (.+?) +\|$/gm)];
    expect(rows.map(([, reason]) => reason)).toEqual([...MODULE_REFUSALS]);
  });
});
