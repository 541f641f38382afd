import { describe, expect, it } from 'vitest';
import { jobSpecSchema } from '../job/job-spec.js';
import { problemOfIssues } from './problem-of-issues.js';

const refuse = (spec: unknown) =>
  problemOfIssues(jobSpecSchema.safeParse(spec).error?.issues ?? [], 'request-1');

describe('problemOfIssues', () => {
  it('names each field with its reason', () => {
    expect(refuse({ argv: [''], limits: { pids: 0 }, env: { 'A=': '' } })).toMatchObject({
      code: 'invalid-request',
      status: 400,
      requestId: 'request-1',
      detail: 'argv[0]: The program name is empty (and 2 more)',
      errors: [
        { field: 'argv[0]', message: 'The program name is empty' },
        { field: 'env["A="]', message: expect.stringContaining('environ(7)') },
        { field: 'limits.pids', message: 'Expected an integer from 1 to 4096, received 0' },
      ],
    });
  });

  it('names the body when no field is to blame', () => {
    expect(refuse('x').errors).toEqual([
      { field: 'body', message: expect.stringContaining('received a string') },
    ]);
  });

  it('has a code of its own for a limit above the maximum', () => {
    expect(refuse({ argv: ['x'], limits: { pids: 4097 } })).toMatchObject({
      code: 'limit-above-maximum',
      status: 422,
      errors: [{ field: 'limits.pids', message: 'Expected an integer from 1 to 4096, received 4097' }],
    });
    expect(refuse({ argv: [], limits: { pids: 4097 } }).code).toBe('invalid-request');
  });

  it('says a thing once', () => {
    expect(refuse({ argv: ['x'], limits: { pids: 1e300 } }).errors).toHaveLength(1);
  });

  it('stays readable when thousands of places are wrong', () => {
    const { errors, detail } = refuse({ argv: Array.from({ length: 4096 }, () => 1) });
    expect(errors).toHaveLength(32);
    expect(detail).toBe('argv[0]: Expected a string, received 1 (and 4095 more)');
  });
});
