import { describe, expect, it } from 'vitest';
import { decodeEnd, encodeEnd } from './archive-row.js';

describe('encodeEnd', () => {
  // These numbers are on disks.
  it.each([
    ['completed', undefined, 1],
    ['failed', undefined, 2],
    ['completed', 'succeeded', 3],
    ['completed', 'failed', 5],
    ['completed', 'cancelled', 7],
    ['completed', 'expired', 9],
    ['failed', 'dead', 12],
  ] as const)('writes %s, %s as %i and reads it back', (state, endState, code) => {
    const end = { state, ...(endState === undefined ? {} : { endState }) };
    expect(encodeEnd(end)).toBe(code);
    expect(decodeEnd(code)).toEqual(end);
  });
});
