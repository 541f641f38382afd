import { describe, expect, it } from 'vitest';
import { LIMIT_NAMES, LIMITS, limitsSchema, type LimitDefinition } from './limits.js';

describe.each(LIMIT_NAMES)('limit %s', (name) => {
  const definition: LimitDefinition = LIMITS[name];
  const { min, max, step = 1, default: fallback = max } = definition;
  const form =
    step === 1 ? `an integer from ${min} to ${max}` : `a number from ${min} to ${max} in steps of ${step}`;

  it('has a default within its range, if it has one', () => {
    expect(fallback).toBeGreaterThanOrEqual(min);
    expect(fallback).toBeLessThanOrEqual(max);
  });

  it.each([min, min + step, fallback, max])('accepts %d', (value) => {
    expect(limitsSchema.parse({ [name]: value })).toEqual({ [name]: value });
  });

  it.each([min - 1, max + 1, min + step / 2, 1e300, -1, Infinity, Number.NaN])(
    'refuses %d and names the range',
    (value) => {
      const { error } = limitsSchema.safeParse({ [name]: value });
      expect(error?.issues[0]).toMatchObject({
        path: [name],
        message: `Expected ${form}, received ${value}`,
      });
    },
  );

  it.each(['64MiB', '5', null, true, [], {}])('refuses what is no number: %j', (value) => {
    expect(limitsSchema.safeParse({ [name]: value }).success).toBe(false);
  });
});

describe('limitsSchema', () => {
  it('leaves out what was left out, so that an operator can fill it in', () => {
    expect(limitsSchema.parse({})).toEqual({});
  });

  it('names an unknown limit and the known ones', () => {
    const { error } = limitsSchema.safeParse({ wallTimeMS: 1 });
    expect(error?.issues[0]?.message).toMatch(
      /^Unknown field "wallTimeMS"; known are wallTimeMs, cpuTimeMs, /,
    );
  });
});
