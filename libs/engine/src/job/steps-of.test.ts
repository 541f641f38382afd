import { jobSpecSchema } from '@sandlot/contract';
import { describe, expect, it } from 'vitest';
import { stepsOf } from './steps-of.js';

describe('stepsOf', () => {
  it('makes one step of a program', () => {
    expect(stepsOf(jobSpecSchema.parse({ argv: ['x'], stdin: 'in', env: { A: '1' } }))).toEqual([
      { name: 'run', argv: ['x'], env: {}, stdin: 'in', limits: {} },
    ]);
  });

  it('leaves steps as they are', () => {
    const { steps, ...rest } = jobSpecSchema.parse({ steps: [{ name: 'a', argv: ['x'], stdin: 'in' }] });
    expect(stepsOf({ ...rest, steps })).toBe(steps);
  });
});
