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
      detail: expect.stringMatching(/^argv\[0\]: The program name is empty; .* \(and 2 more\)$/),
      errors: [
        { field: 'argv[0]', message: expect.stringContaining('The program name is empty') },
        { field: 'env["A="]', message: expect.stringContaining('environ(7)') },
        { field: 'limits.pids', message: 'Expected an integer from 1 to 4096, received 0' },
      ],
    });
  });

  it('tells a limit of a step that is above the ceiling from other faults', () => {
    const steps = (limits: object) => [
      { name: 'a', argv: ['x'] },
      { name: 'b', argv: ['x'], limits },
    ];
    expect(refuse({ steps: steps({ pids: 1e9 }) })).toMatchObject({
      code: 'limit-above-maximum',
      errors: [{ field: 'steps[1].limits.pids' }],
    });
    expect(refuse({ steps: steps({ pids: 0 }) }).code).toBe('invalid-request');
  });

  it('names the body when no field is to blame', () => {
    expect(refuse('x').errors).toEqual([{ field: 'body', message: expect.stringContaining('received "x"') }]);
  });

  it('names every unknown field by itself, with those there are', () => {
    const { errors } = refuse({
      argv: ['x'],
      foo: 1,
      'b r': 1,
      limits: { foo: 1, fu: 2 },
      stdin: { bar: 1 },
    });
    expect(errors).toEqual([
      { field: 'stdin.content', message: expect.stringMatching(/^Required: /) },
      { field: 'stdin.bar', message: 'Unknown field "bar"; known are content, encoding' },
      { field: 'limits.foo', message: expect.stringMatching(/^Unknown field "foo"; known are wallTimeMs, /) },
      { field: 'limits.fu', message: expect.stringMatching(/^Unknown field "fu"; known are wallTimeMs, /) },
      { field: 'foo', message: expect.stringMatching(/^Unknown field "foo"; known are argv, /) },
      { field: '["b r"]', message: expect.stringMatching(/^Unknown field "b r"; known are argv, /) },
    ]);
  });

  it('quotes a string that stands for something else', () => {
    const files = [{ path: 'a', content: '', encoding: 'gzip' }];
    const stdin = { content: '', encoding: 'x'.repeat(200) };
    expect(refuse({ argv: ['x'], files, stdin }).errors).toEqual([
      { field: 'files[0].encoding', message: 'Expected "utf8" or "base64", received "gzip"' },
      {
        field: 'stdin.encoding',
        message: `Expected "utf8" or "base64", received "${'x'.repeat(80)}"…`,
      },
    ]);
  });

  it('says what a field can be when it is none of that', () => {
    expect(refuse({ argv: ['x'], stdin: 7 }).errors).toEqual([
      { field: 'stdin', message: expect.stringMatching(/^Expected text, or .*, received 7$/) },
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
