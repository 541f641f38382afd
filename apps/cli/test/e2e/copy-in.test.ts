import { createClient, type Client } from '@sandlot/client';
import type { JobSpecInput } from '@sandlot/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasCells } from '../support/cells.js';
import { Services } from '../support/service.js';

type Files = NonNullable<JobSpecInput['files']>;

const at = (...paths: readonly string[]): Files => paths.map((path) => ({ path, content: path }));

describe.runIf(hasCells)('files sent over HTTP', () => {
  const services = new Services();
  let client: Client;
  beforeAll(async () => {
    const env = { SANDLOT_DATA_DIR: await services.makeDirectory(), SANDLOT_CONCURRENCY: '1' };
    client = createClient({ baseUrl: (await services.start('serve', env)).address });
  });
  afterAll(() => services.closeAll());

  it.each<[what: string, files: Files, field: string, message: RegExp]>([
    ['".."', at('../x'), 'files[0].path', /".." segment/],
    ['".." behind a directory', at('ok', 'a/../../x'), 'files[1].path', /".." segment/],
    ['an absolute path', at('/etc/passwd'), 'files[0].path', /is absolute/],
    ['an empty path', at(''), 'files[0].path', /is empty/],
    ['"."', at('./x'), 'files[0].path', /empty or "." segment/],
    ['an empty segment', at('a//b'), 'files[0].path', /empty or "." segment/],
    ['a path without a name', at('a/'), 'files[0].path', /empty or "." segment/],
    ['a NUL', at('a\0b'), 'files[0].path', /NUL/],
    ['a name that has no UTF-8 form', [{ path: 'a\ud800', content: '' }], 'files[0].path', /no UTF-8 form/],
    ['a name too long', at('n'.repeat(256)), 'files[0].path', /NAME_MAX/],
    ['a path too long', at(`${'d/'.repeat(2048)}x`), 'files[0].path', /PATH_MAX/],
    ['one path twice', at('a', 'a'), 'files[1].path', /given twice/],
    ['a file as a directory', at('a', 'a/b'), 'files[1].path', /which is a file/],
    [
      'too many files',
      at(...Array.from({ length: 1025 }, (_, index) => `f${index}`)),
      'files',
      /At most 1024/,
    ],
    [
      'a file with a mode beyond permission bits',
      [{ path: 'x', content: '', mode: '4755' }],
      'files[0].mode',
      /octal file mode/,
    ],
    [
      'content that is no base64',
      [{ path: 'x', content: '?', encoding: 'base64' }],
      'files[0].content',
      /base64/,
    ],
  ])('cannot be %s', async (_what, files, field, message) => {
    const refused: unknown = await client.submit({ argv: ['true'], files }).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      problem: {
        code: 'invalid-request',
        errors: [{ field, message: expect.stringMatching(message) as string }],
      },
    });
  });

  it('cannot be larger than the disk of the job', async () => {
    const large = [{ path: 'x', content: 'x'.repeat(2 * 1024 * 1024) }];
    const limits = { diskBytes: 1024 * 1024 };
    await expect(client.submit({ argv: ['true'], files: large, limits })).rejects.toMatchObject({
      problem: { code: 'invalid-request', errors: [{ field: 'files' }] },
    });
  });

  it('stand there under their own names, line breaks and all', async () => {
    const files = at('line\nbreak', 'd/ü', '...', '-n');
    const { output } = await client.submit(
      { argv: ['/bin/sh', '-c', 'find . -type f -exec cat {} +'], files },
      { waitSeconds: 10 },
    );
    for (const { path } of files)
      expect(output?.stdout).toMatchObject({ text: expect.stringContaining(path) });
  });
});
