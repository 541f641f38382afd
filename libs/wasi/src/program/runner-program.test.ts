import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readElf } from './read-elf.js';
import { runnerProgram } from './runner-program.js';

describe('runnerProgram', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sandlot-program-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('names everything that the argv and the dynamic linker will look for', () => {
    const bundle = join(folder, 'runner.cjs');
    writeFileSync(bundle, '');
    const { files, argv } = runnerProgram({ bundle });
    const targets = files.map(({ target }) => target);
    for (const path of argv.filter((arg) => arg.startsWith('/'))) expect(targets).toContain(path);
    expect(targets).toContain(readElf(process.execPath).interpreter);
    expect(new Set(targets).size).toBe(targets.length);
    for (const { source } of files) expect(existsSync(source)).toBe(true);
    const names = targets.map((target) => target.replace(/^.*\//, ''));
    for (const name of readElf(process.execPath).needed) expect(names).toContain(name);
  });

  it('says what to do when the runner was not built', () => {
    expect(() => runnerProgram({ bundle: join(folder, 'none.cjs') })).toThrow(/npm run build/);
  });
});

describe('readElf', () => {
  it('refuses what is no ELF file', () => {
    expect(() => readElf(import.meta.filename)).toThrow(/64-bit little-endian ELF/);
  });
});
