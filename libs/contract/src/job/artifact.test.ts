import { describe, expect, it } from 'vitest';
import { jobSpecSchema } from './job-spec.js';

const messagesOf = (artifacts: unknown) => {
  const { error } = jobSpecSchema.safeParse({ argv: ['x'], artifacts });
  return error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];
};
const at = (...paths: readonly string[]) => paths.map((path) => ({ path }));

describe('artifacts of a job', () => {
  it('are none unless asked for, and required unless optional', () => {
    expect(jobSpecSchema.parse({ argv: ['x'] }).artifacts).toEqual([]);
    expect(jobSpecSchema.parse({ argv: ['x'], artifacts: at('out/a.txt') }).artifacts).toEqual([
      { path: 'out/a.txt', optional: false },
    ]);
  });

  it.each([
    ['../x', /".." segment/],
    ['a/../../x', /".." segment/],
    ['/etc/passwd', /is absolute/],
    ['.', /empty or "." segment/],
    ['out/', /empty or "." segment/],
    ['', /is empty/],
    ['a\0b', /NUL/],
    ['\ud800', /half a surrogate pair/],
    ['x'.repeat(256), /NAME_MAX/],
    ['x/'.repeat(2048), /PATH_MAX/],
  ])('stay below the work directory: %j is refused', (path, message) => {
    expect(messagesOf(at(path))).toEqual([expect.stringMatching(message)]);
  });

  it('are at most 64 requests', () => {
    const many = Array.from({ length: 65 }, (_, index) => `f${index}`);
    expect(messagesOf(at(...many.slice(1)))).toEqual([]);
    expect(messagesOf(at(...many))).toEqual(['artifacts: At most 64 artifacts']);
  });

  it('are asked for once', () => {
    expect(messagesOf(at('a', 'a'))).toEqual(['artifacts.1.path: Path "a" is given twice']);
    expect(messagesOf(at('a/b', 'a', 'a-b', 'a/c/d'))).toEqual([
      'artifacts.0.path: Path "a/b" lies below "a", which stands for everything below it',
      'artifacts.3.path: Path "a/c/d" lies below "a", which stands for everything below it',
    ]);
  });

  it.each([['x'], [{ path: 'x' }], [[{ path: 'x', glob: true }]], [[{ path: 1 }]]])(
    'have one form: %j is none of it',
    (artifacts) => expect(messagesOf(artifacts)).toHaveLength(1),
  );
});
