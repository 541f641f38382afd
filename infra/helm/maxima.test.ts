import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LIMITS, type LimitDefinition, type LimitName } from '@sandlot/contract';
import { describe, expect, it } from 'vitest';
import { MAXIMA } from '../../apps/cli/src/config/maxima.js';
import { MAXIMUM_VARIABLES } from '../../apps/cli/src/config/maximum-variables.js';
import { ROOT } from '../dev/setup/workspace.mjs';

/** Of the schema, what holds a maximum. */
interface Form {
  readonly $ref?: string;
  readonly pattern?: string;
}

interface Schema {
  readonly properties: { readonly maxima: { readonly properties: Readonly<Record<string, Form>> } };
  readonly definitions: Readonly<Record<string, Form>>;
}

const { properties, definitions } = readJson('values.schema.json') as Schema;
const ranges = readJson('files/maxima.json');

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(join(ROOT, 'infra/helm/sandlot', file), 'utf8'));
}

/** Which texts the values may have. */
function patternOf(limit: LimitName): RegExp {
  const form = properties.maxima.properties[nameOf(limit)] ?? {};
  const { pattern = '' } =
    form.$ref === undefined ? form : (definitions[form.$ref.split('/').at(-1) ?? ''] ?? {});
  return new RegExp(pattern);
}

/** As the chart calls it: `MEMORY_BYTES`. */
function nameOf(limit: LimitName): string {
  return MAXIMUM_VARIABLES[limit].replace('SANDLOT_MAX_', '');
}

const limits = Object.keys(LIMITS) as readonly LimitName[];

describe('maxima in the values', () => {
  it('have the ranges of their limits', () => {
    const expected = limits.map((limit) => {
      const { min, max }: LimitDefinition = LIMITS[limit];
      return [nameOf(limit), { min, max }];
    });
    expect(ranges).toEqual(Object.fromEntries(expected));
  });

  it.each(limits)('%s is written as the service reads it', (limit) => {
    const { min, max }: LimitDefinition = LIMITS[limit];
    for (const text of [`${min}`, `${max}`]) {
      expect(text).toMatch(patternOf(limit));
      expect(read(limit, text)).toBe(Number(text));
    }
    for (const text of ['512Mi', '512M', '-5', 'banana', '', '1e6', '1.5.1MiB']) {
      expect(text).not.toMatch(patternOf(limit));
      expect(() => read(limit, text), text).toThrow(RangeError);
    }
  });

  it.each(['512MiB', '64 mib', '1.5GiB', '2048KiB', '1048577b'])('%s is a size', (text) => {
    expect(text).toMatch(patternOf('memoryBytes'));
    expect(read('memoryBytes', text)).toBeGreaterThan(2 ** 20);
  });
});

function read(limit: LimitName, text: string): number | undefined {
  return MAXIMA.get(MAXIMUM_VARIABLES[limit])?.setting.parse(text);
}
