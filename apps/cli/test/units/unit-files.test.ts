import { accessSync, constants, readFileSync } from 'node:fs';
import { join } from 'node:path';
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
