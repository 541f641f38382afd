import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { TIER_TEXT } from './tier-text.js';

it('is what docs/doctor.md says of the tiers', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/doctor.md'), 'utf8');
  const rows = page.split('\n').flatMap((line) => /^\| (T\d) +\| (.*?) +\|$/.exec(line)?.slice(1, 3) ?? []);
  expect(rows).toEqual(Object.entries(TIER_TEXT).flat());
});
