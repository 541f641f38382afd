import { jobSpecSchema, type JobSpecInput } from '@sandlot/contract';
import { describe, expect, it } from 'vitest';
import { fingerprint } from './fingerprint.js';

const of = (spec: JobSpecInput): string => fingerprint(jobSpecSchema.parse(spec));

describe('fingerprint', () => {
  it('is the same for the same job, however it is written', () => {
    const print = of({ argv: ['x'], env: { A: '1', B: '2' } });
    expect(print).toMatch(/^[0-9a-f]{64}$/);
    expect(of({ env: { B: '2', A: '1' }, stdin: '', files: [], argv: ['x'] })).toBe(print);
  });

  it.each<JobSpecInput>([
    { argv: ['y'] },
    { argv: ['x', ''] },
    { argv: ['x'], stdin: ' ' },
    { argv: ['x'], env: { A: '1' } },
    { argv: ['x'], limits: { wallTimeMs: 1 } },
    { argv: ['x'], labels: { a: 'b' } },
    { argv: ['x'], files: [{ path: 'a', content: '' }] },
  ])('differs when anything differs: %j', (spec) => {
    expect(of(spec)).not.toBe(of({ argv: ['x'] }));
  });

  it('keeps the order of lists, which means something', () => {
    expect(of({ argv: ['x', 'a', 'b'] })).not.toBe(of({ argv: ['x', 'b', 'a'] }));
  });
});
