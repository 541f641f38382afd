import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ABILITY_NAMES, abilityInfo } from '../src/doctor/ability.js';
import { CAUSES } from '../src/doctor/causes.js';

const PAGE = readFileSync(join(import.meta.dirname, '../../../docs/doctor.md'), 'utf8');

/** Rows of the table below a heading, without its head. */
function rowsBelow(heading: string): readonly (readonly string[])[] {
  const section = PAGE.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

it('docs/doctor.md lists exactly the abilities that are tried', () => {
  const expected = ABILITY_NAMES.map((name) => {
    const { meaning, tier = 'none', needs = [] } = abilityInfo(name);
    return [`\`${name}\``, meaning, tier, needs.map((each) => `\`${each}\``).join(', ') || '–'];
  });
  expect(rowsBelow('Abilities')).toEqual(expected);
});

it('docs/doctor.md lists exactly the causes that are known', () => {
  const expected = Object.entries(CAUSES).map(([code, { cause, remedy }]) => [`\`${code}\``, cause, remedy]);
  expect(rowsBelow('Causes')).toEqual(expected);
});
