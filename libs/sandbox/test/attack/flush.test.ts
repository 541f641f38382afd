import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Sandbox } from '@sandlot/engine';
import { createSandbox } from '../../src/index.js';
import { runInCell } from '../support/run-in-cell.js';

/** Flushes of all disks since they were there: field 16 of /sys/block/DISK/stat (Linux ≥ 5.5). */
const flushes = (): number =>
  readdirSync('/sys/block')
    .map((disk) => `/sys/block/${disk}/stat`)
    .filter((path) => existsSync(path))
    .reduce((sum, path) => sum + Number(readFileSync(path, 'utf8').trim().split(/\s+/)[15] ?? 0), 0);

/** Calls as many as it can for a second: of a file and of a directory that the host shows. */
const SCRIPT = `
import os, time
shown = [os.open(path, os.O_RDONLY) for path in ('/usr/bin/env', '/usr/bin')]
end, calls = time.monotonic() + 1, 0
while time.monotonic() < end:
  for fd in shown:
    os.fsync(fd)
    os.fdatasync(fd)
    calls += 2
print(calls)
`;

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await createSandbox({ slots: 1 });
});
afterAll(async () => await sandbox.close());

it('a payload cannot make the host flush its disks, without end, by fsync of what is shown', async (test) => {
  // Where the host's own inodes are shown, it can: the sandbox says so.
  if (sandbox.abilities.findings.some(({ ability }) => ability === 'overlay')) return test.skip();
  const before = flushes();
  const { stdout, outcome } = await runInCell(sandbox, { argv: ['python3', '-c', SCRIPT] });
  expect(outcome).toEqual({ kind: 'exited', exitCode: 0 });
  expect(Number(stdout)).toBeGreaterThan(10_000);
  expect(flushes() - before).toBeLessThan(Number(stdout) / 50);
});
