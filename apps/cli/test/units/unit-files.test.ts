import { execFileSync } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '@sandlot/testing';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../../../..');
const PROGRAM = 'apps/cli/bin/sandlot.js';

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** The program that a unit starts. */
function programOf(unit: string): string | undefined {
  return /^ExecStart=(\S+) serve$/m.exec(read(`infra/systemd/${unit}/sandlot.service`))?.[1];
}

it('the AppArmor profile is attached to what the system unit starts', () => {
  const attached = /^@\{sandlot_program\} = (\S+)$/m.exec(read('infra/apparmor/sandlot'))?.[1];
  expect(attached).toBe(`/opt/sandlot/${PROGRAM}`);
  expect(programOf('system')).toBe(attached);
});

it('both units start the script itself, which can be executed', () => {
  expect(programOf('user')).toBe(`%h/sandlot/${PROGRAM}`);
  accessSync(join(ROOT, PROGRAM), constants.X_OK);
  expect(read(PROGRAM)).toMatch(/^#!\/usr\/bin\/env node\n/);
});

it('the system unit takes away nothing that cells are made of', () => {
  const lines = read('infra/systemd/system/sandlot.service').split('\n');
  const settings = lines.filter((line) => /^[A-Z]\w+=/.test(line)).map((line) => line.split('=')[0]);
  const harmful = [
    ...['RestrictNamespaces', 'PrivateUsers', 'ProtectHostname', 'MemoryDenyWriteExecute'],
    ...['ProtectKernelTunables', 'ProtectKernelLogs', 'ProtectProc', 'ProcSubset'],
  ];
  expect(settings.filter((name) => name !== undefined && harmful.includes(name))).toEqual([]);
});

/** Of 10; it was 5.5 before system calls and devices were looked at. */
const EXPOSURE = 40;

it.runIf(findProgram('systemd-analyze'))('systemd-analyze finds the system unit little exposed', () => {
  const args = ['security', '--offline=true', `--threshold=${EXPOSURE}`, '--no-pager'];
  const unit = join(ROOT, 'infra/systemd/system/sandlot.service');
  expect(() => execFileSync('systemd-analyze', [...args, unit], { stdio: 'pipe' })).not.toThrow();
});
