import { randomUUID } from 'node:crypto';
import { mkdtemp, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InfrastructureError } from '@sandlot/engine';
import { describeJobStore } from '@sandlot/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDiskStore } from '../src/index.js';

describeJobStore('disk', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'sandlot-store-'));
  return {
    store: await createDiskStore({ directory }),
    reopen: async () => createDiskStore({ directory }),
    destroy: async () => rm(directory, { recursive: true }),
  };
});

describe('createDiskStore', () => {
  let base: string;
  beforeAll(async () => {
    base = await mkdtemp(join(tmpdir(), 'sandlot-store-'));
  });
  afterAll(async () => rm(base, { recursive: true }));

  it('lets nobody else read what it keeps: folders 0700, files 0600, no temporary file left', async () => {
    const directory = join(base, 'made', 'store');
    const store = await createDiskStore({ directory });
    const id = randomUUID();
    await store.put(id, 'stdin', Buffer.from('secret'));
    const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;
    expect(await modeOf(directory)).toBe(0o700);
    expect(await modeOf(join(directory, id))).toBe(0o700);
    expect(await modeOf(join(directory, id, 'stdin'))).toBe(0o600);
    expect(await readdir(join(directory, id))).toEqual(['stdin']);
  });

  it('says path, errno and remedy when the directory cannot be used', async () => {
    const file = join(base, 'a-file');
    await writeFile(file, '');
    const failed: unknown = await createDiskStore({ directory: join(file, 'store') }).catch(
      (e: unknown) => e,
    );
    expect(failed).toBeInstanceOf(InfrastructureError);
    expect(failed).toMatchObject({
      code: 'store-unavailable',
      message: expect.stringMatching(/ENOTDIR on .*a-file\/store\. .*SANDLOT_DATA_DIR/) as string,
      cause: expect.objectContaining({ code: 'ENOTDIR' }) as Error,
    });
  });

  it('leaves no temporary file behind when a write fails', async () => {
    const directory = join(base, 'blocked');
    const store = await createDiskStore({ directory });
    const id = randomUUID();
    // A directory in the file's place makes the rename fail, for root too.
    await mkdir(join(directory, id, 'stdout'), { recursive: true });
    await expect(store.put(id, 'stdout', Buffer.from('x'))).rejects.toThrow(/EISDIR on /);
    expect(await readdir(join(directory, id))).toEqual(['stdout']);
  });

  it('overlooks files that are not its own when it lists jobs', async () => {
    const directory = join(base, 'foreign');
    const store = await createDiskStore({ directory });
    await mkdir(join(directory, 'lost+found'));
    await writeFile(join(directory, randomUUID()), 'a file, not a folder');
    const ids: string[] = [];
    for await (const id of store.jobIds()) ids.push(id);
    expect(ids).toEqual([]);
  });
});
