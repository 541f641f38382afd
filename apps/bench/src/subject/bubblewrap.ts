import { existsSync } from 'node:fs';
import type { Subject } from '../stats/measure-in-turn.js';
import { spawnProgram } from './spawn-program.js';

const BWRAP = '/usr/bin/bwrap';

/** The same namespaces and much the same root as a cell, made anew by bubblewrap. Undefined where it is not installed. */
export function bubblewrap(directory: string): Subject | undefined {
  if (!existsSync(BWRAP)) return undefined;
  const links = ['bin', 'sbin', 'lib', 'lib64'].flatMap((name) => ['--symlink', `usr/${name}`, `/${name}`]);
  const root = ['--ro-bind', '/usr', '/usr', ...links, '--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp'];
  const box = ['--tmpfs', '/box', '--ro-bind', directory, '/bench', '--chdir', '/box'];
  const args = ['--unshare-all', '--die-with-parent', '--new-session', ...root, ...box, '/bench/true'];
  return { name: 'bubblewrap', run: () => spawnProgram(BWRAP, args) };
}
