import { describe, expect, it } from 'vitest';
import { shapeDefect } from './check-shape.js';

const defectOf = (json: string): string | undefined => shapeDefect(Buffer.from(json));
const MiB = 1024 * 1024;

describe('shapeDefect', () => {
  it.each([
    ['an object', '{"a":[1,{"b":"c"}]}'],
    ['32 levels', `${'['.repeat(32)}${']'.repeat(32)}`],
    ['brackets within a string', `{"a":"${'[{'.repeat(100)}"}`],
    ['brackets after an escaped quote', `{"a":"\\"${'['.repeat(100)}"}`],
    ['an escaped backslash at the end of a string', '{"a":"\\\\","b":[]}'],
    ['levels beside each other', `[${'[],'.repeat(1000)}[]]`],
    ['8,192 values', `[${'1,'.repeat(8191)}1]`],
    ['a bracket too many', `${']'.repeat(100)}[1,2]`],
    ['commas within a string', `"${','.repeat(200_000)}"`],
    ['a string that does not end', '"abc\\'],
    ['nothing', ''],
  ])('finds nothing wrong with %s', (_what, json) => {
    expect(defectOf(json)).toBeUndefined();
  });

  it.each([
    ['33 lists', `${'['.repeat(33)}${']'.repeat(33)}`, 'nested more than 32 levels deep'],
    ['33 objects', `${'{"a":'.repeat(33)}1${'}'.repeat(33)}`, 'nested more than 32 levels deep'],
    ['lists that never end', '['.repeat(MiB), 'nested more than 32 levels deep'],
    ['depth after an escaped backslash', `{"a":"\\\\",${'"b":{'.repeat(40)}`, 'nested more than 32'],
    ['8,193 values', `[${'1,'.repeat(8192)}1]`, 'list or object of more than 8192 values'],
    ['8,193 fields', `{${'"a":1,'.repeat(8192)}"a":1}`, 'list or object of more than 8192 values'],
    ['81,921 values', `[${`[${'1,'.repeat(8000)}1],`.repeat(11)}]`, 'more than 81920 values'],
  ])('finds %s', (_what, json, defect) => {
    expect(defectOf(json)).toContain(defect);
  });

  it('does not look further than the excess', () => {
    const deep = Buffer.alloc(32 * MiB, '[');
    const begun = performance.now();
    expect(shapeDefect(deep)).toBeDefined();
    expect(performance.now() - begun).toBeLessThan(20);
  });
});
