import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { ABILITY_NAMES, PROBED_ABILITY_NAMES, abilityInfo } from './ability.js';

it('lists what the probe program tries, in its order', () => {
  const path = new URL('./src/probe/abilities.h', import.meta.resolve('@sandlot/native/package.json'));
  const rows = readFileSync(fileURLToPath(path), 'utf8').matchAll(/^ {2}X \(\w+, "([\w-]+)"\)/gm);
  const names = [...rows].map(([, name]) => name);
  expect(names).toEqual([...PROBED_ABILITY_NAMES, 'cgroup-clone', 'cgroup-kill']);
});

it('names what an ability needs before it', () => {
  for (const [index, ability] of ABILITY_NAMES.entries()) {
    const before = ABILITY_NAMES.slice(0, index);
    expect(before).toEqual(expect.arrayContaining([...(abilityInfo(ability).needs ?? [])]));
  }
});
