import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetUpError } from './set-up-error.mjs';
import { ROOT } from './workspace.mjs';

/**
 * Checks for what cannot be installed from the lock file: Node, a C compiler, make.
 *
 * @throws {SetUpError} naming everything that is missing and the packages that bring it
 */
export function checkMachine() {
  const manifest = readFileSync(join(ROOT, 'package.json'), 'utf8');
  const { engines } = /** @type {{ engines: { node: string } }} */ (JSON.parse(manifest));
  const defects = [
    nodeDefect(process.versions.node, engines.node),
    programDefect('a C compiler', ['cc', 'gcc']),
    programDefect('make', ['make']),
  ].filter((defect) => defect !== undefined);
  if (defects.length > 0) throw new SetUpError(`This machine cannot build Sandlot:\n${defects.join('\n')}`);
}

/**
 * @param {string} version the running one: `20.19.0`
 * @param {string} range of package.json: `>=20.19`
 * @returns {string | undefined} why the version will not do
 */
export function nodeDefect(version, range) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [needMajor = 0, needMinor = 0] = range.replace('>=', '').split('.').map(Number);
  if (major > needMajor || (major === needMajor && minor >= needMinor)) return undefined;
  return `- Node ${version} is too old, ${range} is needed. Install it from https://nodejs.org or with a version manager.`;
}

/**
 * @param {string} what
 * @param {readonly string[]} programs any of them will do
 */
function programDefect(what, programs) {
  if (programs.some(programExists)) return undefined;
  return (
    `- ${what} is missing (looked for ${programs.join(', ')} in PATH). ` +
    'Debian, Ubuntu: apt-get install gcc make libc6-dev. Fedora: dnf install gcc make glibc-static. ' +
    'Alpine: apk add gcc make musl-dev linux-headers.'
  );
}

/**
 * Says whether a program is in PATH.
 *
 * @param {string} program
 */
export function programExists(program) {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;
}
