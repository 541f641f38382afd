import { describe, expect, it } from 'vitest';
import { measureFiles } from './check-files.js';
import { jobSpecSchema, type JobSpecInput } from './job-spec.js';

type Files = NonNullable<JobSpecInput['files']>;

const messagesOf = (files: Files, limits: JobSpecInput['limits'] = {}) => {
  const { error } = jobSpecSchema.safeParse({ argv: ['x'], files, limits });
  return error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];
};
const at = (...paths: readonly string[]): Files => paths.map((path) => ({ path, content: '' }));

describe('files of a job', () => {
  it('may share directories and beginnings of names', () => {
    expect(messagesOf(at('a/b', 'a/c', 'a-b', 'a.b', 'ab', 'b/a/b'))).toEqual([]);
  });

  it('cannot have one path twice', () => {
    expect(messagesOf(at('a', 'b', 'a'))).toEqual(['files.2.path: Path "a" is given twice']);
  });

  it.each([[['a', 'a/b']], [['a/b', 'a']], [['a', 'a-b', 'a.b', 'a/b/c']]])(
    'cannot lie below one another: %j',
    (paths) => {
      expect(messagesOf(at(...paths))).toEqual([expect.stringMatching(/lies below "a", which is a file$/)]);
    },
  );

  it('must fit into the work directory', () => {
    const files = [{ path: 'a', content: 'x'.repeat(65_537) }];
    expect(messagesOf(files, { diskBytes: 65_536 })).toEqual([
      'files: The files take 69632 diskBytes of the work directory, which has 65536; raise limits.diskBytes or send less',
    ]);
    expect(messagesOf(files, { diskBytes: 69_632 })).toEqual([]);
  });

  it('must leave the work directory its inodes', () => {
    const deep = at(Array.from({ length: 16 }, () => 'd').join('/'));
    expect(messagesOf(deep, { inodes: 16 })).toEqual([expect.stringContaining('take 17 inodes')]);
    expect(messagesOf(deep, { inodes: 17 })).toEqual([]);
  });

  it('are checked in a moment even if each is as deep as a path can be', () => {
    const deep = (index: number) => `${'d/'.repeat(2040)}${index}`;
    const begun = performance.now();
    expect(messagesOf(at(...Array.from({ length: 1024 }, (_, index) => deep(index))))).toEqual([]);
    // The first version kept every prefix of every path, which took gigabytes: any bound finds that again.
    expect(performance.now() - begun).toBeLessThan(5_000);
  });
});

describe('measureFiles', () => {
  it('counts the work directory alone when there are no files', () => {
    expect(measureFiles([])).toEqual({ diskBytes: 0, inodes: 1 });
  });

  it('counts whole pages, and shared directories once', () => {
    const files = [
      { path: 'a/b/c', bytes: 0 },
      { path: 'z', bytes: 1 },
      { path: 'a/b/d', bytes: 4096 },
      { path: 'a/x/c', bytes: 4097 },
    ];
    expect(measureFiles(files)).toEqual({ diskBytes: 4096 * 4, inodes: 1 + 4 + 3 });
  });
});
