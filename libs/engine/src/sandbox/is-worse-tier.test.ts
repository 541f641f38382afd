import { expect, it } from 'vitest';
import { isWorseTier } from './is-worse-tier.js';

it('holds T4 for the worst and T0 for the best, and none worse than itself', () => {
  expect(isWorseTier('T2', 'T1')).toBe(true);
  expect(isWorseTier('T1', 'T1')).toBe(false);
  expect(isWorseTier('T0', 'T4')).toBe(false);
});
