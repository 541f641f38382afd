import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMIT_NAMES, LIMITS, type LimitDefinition } from '@sandlot/contract';
import { someLimits } from '../../test/some-limits.js';
import { resolveLimits, type LimitMaxima } from './resolve-limits.js';

describe('resolveLimits', () => {
  it('fills in every default', () => {
    expect(resolveLimits({})).toEqual({ ok: true, limits: someLimits() });
  });

  it('keeps what was asked for, 0 included', () => {
    const asked = { wallTimeMs: 1, outputBytes: 0, pids: LIMITS.pids.max };
    expect(resolveLimits(asked)).toEqual({ ok: true, limits: someLimits(asked) });
  });

  it('lowers a default to the operator’s maximum', () => {
    expect(resolveLimits({}, { wallTimeMs: 3000 })).toEqual({
      ok: true,
      limits: someLimits({ wallTimeMs: 3000 }),
    });
  });

  it('gives the operator’s maximum to a limit that has no default, and only that one', () => {
    expect(resolveLimits({}, { cpuCores: 1.5 })).toEqual({ ok: true, limits: someLimits({ cpuCores: 1.5 }) });
    expect(resolveLimits({ cpuCores: 0.5 }, { cpuCores: 1.5 })).toEqual({
      ok: true,
      limits: someLimits({ cpuCores: 0.5 }),
    });
    expect(resolveLimits({ cpuCores: 2 }, { cpuCores: 1.5 })).toEqual({
      ok: false,
      excess: [{ limit: 'cpuCores', requested: 2, maximum: 1.5 }],
    });
  });

  it('does not raise a default to a higher maximum, nor let an operator pass the product’s own', () => {
    expect(resolveLimits({}, { wallTimeMs: 300_000 })).toEqual({ ok: true, limits: someLimits() });
    expect(resolveLimits({ wallTimeMs: 600_001 }, { wallTimeMs: 1e9 })).toEqual({
      ok: false,
      excess: [{ limit: 'wallTimeMs', requested: 600_001, maximum: 600_000 }],
    });
  });

  it('refuses every request above its maximum, never trims it', () => {
    const resolved = resolveLimits({ pids: 11, wallTimeMs: 10, cpuTimeMs: 21 }, { pids: 10, cpuTimeMs: 20 });
    expect(resolved).toEqual({
      ok: false,
      excess: [
        { limit: 'cpuTimeMs', requested: 21, maximum: 20 },
        { limit: 'pids', requested: 11, maximum: 10 },
      ],
    });
  });

  it('rejects a maximum under which nothing could run', () => {
    expect(() => resolveLimits({}, { memoryBytes: 1 })).toThrow(
      'Expected a maximum of at least 1048576 for memoryBytes, got 1',
    );
  });

  it('always gives the limits that have a default or a maximum, within their maxima and the product’s ranges', () => {
    const maxima = fc.record(
      Object.fromEntries(
        LIMIT_NAMES.map((name) => [name, fc.integer({ min: Math.ceil(LIMITS[name].min), max: 2 ** 40 })]),
      ),
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(maxima, (highest: LimitMaxima) => {
        const resolved = resolveLimits({}, highest);
        if (!resolved.ok) throw new Error('Expected defaults to be accepted');
        const has = (name: keyof typeof LIMITS) =>
          (LIMITS[name] as LimitDefinition).default !== undefined || highest[name] !== undefined;
        const names = LIMIT_NAMES.filter(has);
        expect(Object.keys(resolved.limits)).toEqual(names);
        for (const name of names) {
          expect(resolved.limits[name]).toBeGreaterThanOrEqual(LIMITS[name].min);
          expect(resolved.limits[name]).toBeLessThanOrEqual(
            Math.min(LIMITS[name].max, highest[name] ?? Infinity),
          );
        }
      }),
    );
  });
});
