import { createHash, randomBytes } from 'node:crypto';
import type { Sandbox } from '@sandlot/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSandbox } from '../../src/index.js';
import { runInCell, shellInCell } from '../support/run-in-cell.js';

const MiB = 1024 * 1024;

describe('files of a job', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await createSandbox({ slots: 1 });
  });
  afterAll(async () => await sandbox.close());

  it('stand below the work directory with their modes, whatever the umask', async () => {
    const files = [
      { path: 'main.sh', mode: '0755', content: '#!/bin/sh\ncat a/b/c.txt\n' },
      { path: 'a/b/c.txt', mode: '0600', content: 'deep\n' },
      { path: 'a/b/empty', mode: '0444', content: '' },
      { path: 'ünïcode\nname', mode: '0777', content: 'x' },
    ];
    const { stdout } = await shellInCell(sandbox, './main.sh; stat -c "%a %s %n" main.sh a a/b/* *name', {
      files,
    });
    expect(stdout).toBe(
      'deep\n755 24 main.sh\n755 60 a\n600 5 a/b/c.txt\n444 0 a/b/empty\n777 1 ünïcode\nname\n',
    );
  });

  it('may be large and of any bytes', async () => {
    const content = randomBytes(20 * MiB);
    const { stdout } = await runInCell(sandbox, {
      argv: ['sha256sum', 'blob'],
      files: [{ path: 'blob', content }],
    });
    expect(stdout).toBe(`${createHash('sha256').update(content).digest('hex')}  blob\n`);
  });

  it('count against the disk limit of the job: a set-up that does not fit fails and says which file', async () => {
    const files = [
      { path: 'fits', content: 'x' },
      { path: 'too-large', content: Buffer.alloc(2 * MiB) },
    ];
    // Init ends with the request to run still unread, most of the time: what it said before must not be lost.
    for (let round = 0; round < 20; round += 1) {
      const run = runInCell(sandbox, { argv: ['true'], files, limits: { diskBytes: MiB } });
      await expect(run).rejects.toThrow(/put a file into the work directory \(number 1\): ENOSPC/);
    }
  });

  it('leave the rest of the disk to the payload, and no more', async () => {
    const { stdout, stderr } = await shellInCell(
      sandbox,
      'head -c 900000 /dev/zero > /box/a && echo fits; head -c 900000 /dev/zero > /tmp/b || echo full',
      { limits: { diskBytes: MiB } },
    );
    expect(stdout).toBe('fits\nfull\n');
    expect(stderr).toContain('No space left on device');
  });

  it('are bounded in number', async () => {
    const { stderr } = await shellInCell(
      sandbox,
      'i=0; while [ $i -lt 100 ] && : > f$i; do i=$((i+1)); done',
      {
        limits: { inodes: 32 },
      },
    );
    expect(stderr).toContain('No space left on device');
  });

  it('are bounded in size each', async () => {
    const { outcome } = await shellInCell(sandbox, 'exec head -c 100000 /dev/zero > big', {
      limits: { fileBytes: 4096 },
    });
    expect(outcome).toEqual({ kind: 'signaled', signal: 'SIGXFSZ' });
  });
});
