import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from './run-command.mjs';
import { SetUpError } from './set-up-error.mjs';
import { ROOT } from './workspace.mjs';

/**
 * The parts of a lock file's entry that decide what is installed.
 *
 * @typedef {{ version?: string, integrity?: string, resolved?: string, link?: boolean, optional?: boolean }} LockEntry
 * @typedef {Readonly<Record<string, LockEntry | undefined>>} LockEntries by path in the workspace
 */

/**
 * Installs what package-lock.json names, if it is not installed yet. Touches neither network nor files otherwise.
 *
 * @param {(line: string) => void} say
 * @throws {SetUpError} if npm fails
 */
export async function installDependencies(say) {
  const [wanted, installed] = await Promise.all([
    readEntries('package-lock.json'),
    // npm writes this file last, so half an installation has none.
    readEntries('node_modules/.package-lock.json'),
  ]);
  if (wanted === undefined)
    throw new SetUpError('package-lock.json cannot be read. Clone the repository anew.');
  if (installed !== undefined && isInstalled(wanted, installed)) return;
  say('Installing dependencies from package-lock.json (npm ci) ...');
  // Nothing of ours needs an install script, and NODE_ENV=production must not drop the compiler.
  const { ok, output } = await runCommand('npm', ['ci', '--ignore-scripts', '--include=dev']);
  if (!ok) {
    throw new SetUpError('Cannot install dependencies: npm ci failed. Its output says why.', output);
  }
}

/**
 * Compares the lock file with npm's record of what is in node_modules.
 *
 * @param {LockEntries} wanted
 * @param {LockEntries} installed
 */
export function isInstalled(wanted, installed) {
  const inModules = Object.entries(wanted).filter(([path]) => path.startsWith('node_modules/'));
  return (
    inModules.every(([path, entry]) => entry !== undefined && isSame(entry, installed[path])) &&
    Object.keys(installed).every((path) => Object.hasOwn(wanted, path))
  );
}

/**
 * An optional package may be absent: it is one for another platform.
 *
 * @param {LockEntry} wanted
 * @param {LockEntry | undefined} installed
 */
function isSame(wanted, installed) {
  if (installed === undefined) return wanted.optional === true;
  if (wanted.link === true) return installed.link === true && installed.resolved === wanted.resolved;
  return installed.version === wanted.version && installed.integrity === wanted.integrity;
}

/**
 * @param {string} path
 * @returns {Promise<LockEntries | undefined>} undefined if the file is missing or damaged
 */
async function readEntries(path) {
  try {
    const lock = await readFile(join(ROOT, path), 'utf8');
    return /** @type {{ packages: LockEntries }} */ (JSON.parse(lock)).packages;
  } catch {
    return undefined;
  }
}
