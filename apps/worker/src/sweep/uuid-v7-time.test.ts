import { describe, expect, it } from 'vitest';
import { uuidV7Time } from './uuid-v7-time.js';

describe('uuidV7Time', () => {
  it.each([
    // The example of RFC 9562, appendix A.6.
    ['017F22E2-79B0-7CC3-98C4-DC0C0C07398F', 1_645_557_742_000],
    ['00000000-0000-7000-8000-000000000000', 0],
    ['017f22e2-79b0-4cc3-98c4-dc0c0c07398f', undefined],
    ['../../etc/passwd', undefined],
    ['', undefined],
  ])('%s was made at %s', (id, expected) => {
    expect(uuidV7Time(id)).toBe(expected);
  });
});
