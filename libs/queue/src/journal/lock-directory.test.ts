import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockDirectory } from './lock-directory.js';

describe('lockDirectory', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), `sandlot-lock-${'long'.repeat(30)}-`));
  });
  afterEach(async () => rm(directory, { recursive: true }));

  it('has one holder at a time, and leaves nothing behind', async () => {
    const first = await lockDirectory(directory);
    await expect(lockDirectory(directory)).rejects.toThrow(/another process holds .*lock.*SANDLOT_DATA_DIR/);
    expect(await readdir(directory)).toEqual(['lock']);
    await first.release();
    const second = await lockDirectory(directory);
    await second.release();
    expect(await readdir(directory)).toEqual([]);
  });

  it('replaces the lock of a process that was killed', async () => {
    const child = spawn(
      process.execPath,
      ['--conditions=development', '--import', 'tsx', '-e', holdLock(directory)],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    await once(child.stdout, 'data');
    await expect(lockDirectory(directory)).rejects.toThrow(/another process/);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await readdir(directory)).toEqual(['lock']);
    const lock = await lockDirectory(directory);
    await lock.release();
  });

  it('has one winner when many find a dead lock', async () => {
    const child = spawn(
      process.execPath,
      ['--conditions=development', '--import', 'tsx', '-e', holdLock(directory)],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const results = await Promise.allSettled(Array.from({ length: 8 }, async () => lockDirectory(directory)));
    const won = results.filter((result) => result.status === 'fulfilled');
    expect(won).toHaveLength(1);
    await won[0]?.value.release();
  });
});

function holdLock(directory: string): string {
  const module = JSON.stringify(join(import.meta.dirname, 'lock-directory.ts'));
  return `import(${module}).then(async ({ lockDirectory }) => {
    await lockDirectory(${JSON.stringify(directory)});
    console.log('held');
    setInterval(() => {}, 1000);
  });`;
}
