import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NAMES_LAST_MS } from '../../src/slot/shown-names.js';
import { showDirectory } from '../support/one-slot.js';
import { shellInCell } from '../support/run-in-cell.js';

describe('a directory of the host that a slot shows', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'sandlot-shown-'));
    chmodSync(directory, 0o755);
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('is shown with its files, modes and links, for reading only', async () => {
    mkdirSync(join(directory, 'bin'));
    writeFileSync(join(directory, 'bin/run'), '#!/bin/sh\necho ran\n', { mode: 0o755 });
    const sandbox = await showDirectory(directory);
    const script = 'ls /shown/bin; /shown/bin/run; stat -c %a /shown/bin/run; : > /shown/bin/new';
    const { stdout, stderr } = await shellInCell(sandbox, script);
    expect(stdout).toBe('run\nran\n755\n');
    expect(stderr).toContain('Read-only file system');
    await sandbox.close();
  });

  it('shows what the host has put there since to jobs that come later', async () => {
    writeFileSync(join(directory, 'version'), 'old\n');
    const sandbox = await showDirectory(directory);
    const look = async () => (await shellInCell(sandbox, 'cat /shown/version /shown/added')).stdout;
    expect(await look()).toBe('old\n');
    writeFileSync(join(directory, 'new'), 'new\n');
    renameSync(join(directory, 'new'), join(directory, 'version'));
    writeFileSync(join(directory, 'added'), 'added\n');
    await delay(2 * NAMES_LAST_MS);
    expect(await look()).toBe('new\nadded\n');
    await sandbox.close();
  });

  it('shows it to a job that runs, too', async () => {
    writeFileSync(join(directory, 'version'), 'old\n');
    const sandbox = await showDirectory(directory);
    const script = `cat /shown/version; sleep ${(2 * NAMES_LAST_MS) / 1000}; cat /shown/version`;
    const { stdout } = await shellInCell(sandbox, script, {
      onOutput: () => {
        writeFileSync(join(directory, 'new'), 'new\n');
        renameSync(join(directory, 'new'), join(directory, 'version'));
      },
    });
    expect(stdout).toBe('old\nnew\n');
    await sandbox.close();
  });

  it('is bound where the kernel makes no overlay of it, which is told', async () => {
    // A comma ends a mount option: init does not even ask.
    const refused = join(directory, 'a,b');
    mkdirSync(refused);
    writeFileSync(join(refused, 'file'), 'there\n');
    const sandbox = await showDirectory(refused);
    const { stdout, stderr } = await shellInCell(sandbox, 'cat /shown/file; : > /shown/file');
    expect(stdout).toBe('there\n');
    expect(stderr).toMatch(/Read-only file system|Permission denied/);
    expect(sandbox.abilities.findings[0]).toMatchObject({
      ability: 'overlay',
      message: expect.stringContaining(`${refused} by a bind mount (overlay: EINVAL)`),
    });
    await delay(2 * NAMES_LAST_MS);
    expect((await shellInCell(sandbox, 'cat /shown/file')).stdout).toBe('there\n');
    await sandbox.close();
  });
});
