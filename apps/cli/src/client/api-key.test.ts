import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiKey } from './api-key.js';

describe('apiKey', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sandlot-key-'));
  });
  afterAll(async () => rm(directory, { recursive: true }));
  const fileOf = async (text: string): Promise<string> => {
    const path = join(directory, 'key');
    await writeFile(path, text);
    return path;
  };

  it('is that of the file, else that of the variable, else none', async () => {
    expect(apiKey(await fileOf(' sandlot_file\n'), 'sandlot_variable')).toBe('sandlot_file');
    expect(apiKey(undefined, 'sandlot_variable')).toBe('sandlot_variable');
    expect(apiKey(undefined, '')).toBeUndefined();
    expect(apiKey(undefined, undefined)).toBeUndefined();
  });

  it('is refused where it cannot be one, and not shown', async () => {
    for (const text of ['secret secret', 'secret\nsecret', 'secr€t', 'secret'.repeat(100)]) {
      expect(() => apiKey(undefined, text)).toThrow(/^SANDLOT_API_KEY holds no API key: [^€]*$/);
      expect(() => apiKey(undefined, text)).not.toThrow('secret');
    }
    const empty = await fileOf('\n');
    expect(() => apiKey(empty, 'x')).toThrow(`--api-key-file ${empty} holds no API key`);
  });

  it('says which file it cannot read, and why', () => {
    expect(() => apiKey('/nowhere/key', undefined)).toThrow(
      'Cannot read --api-key-file /nowhere/key: ENOENT',
    );
  });
});
