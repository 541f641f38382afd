import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { ROOT } from '../dev/setup/workspace.mjs';
import { belongsInImage } from './belongs-in-image.mjs';
import { SERVICE } from './image.mjs';
import { productionPackages } from './production-packages.mjs';

/** Of a project: what it was built into. */
const BUILT = [
  'package.json',
  'bin',
  'dist',
  'build/libsandlot.so',
  'build/init',
  'build/fence',
  'build/probe',
];

/** The project whose command the image runs. */
const START = 'apps/cli';

/**
 * Copies the built service with the packages it needs, as `npm ci --omit=dev` would leave them, but without what no program
 * reads.
 *
 * @param {string} rootfs
 * @throws {Error} if something is not built or not installed
 */
export function stageService(rootfs) {
  const target = join(rootfs, SERVICE);
  const { folders, packages, links } = productionPackages(readLock(), START);
  for (const folder of folders) copyProject(folder, target);
  for (const path of packages) copyPackage(path, target);
  for (const { path, folder } of links) {
    mkdirSync(dirname(join(target, path)), { recursive: true });
    symlinkSync(relative(dirname(path), folder), join(target, path));
  }
  copy(join(ROOT, 'LICENSE'), join(target, 'LICENSE'));
}

/** @returns {import('./production-packages.mjs').LockEntries} */
function readLock() {
  const lock = /** @type {{ packages: import('./production-packages.mjs').LockEntries }} */ (
    JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'))
  );
  return lock.packages;
}

/**
 * @param {string} folder
 * @param {string} target
 */
function copyProject(folder, target) {
  const isBuilt = existsSync(join(ROOT, folder, folder === 'native' ? 'build/init' : 'dist'));
  if (!isBuilt) throw new Error(`${folder} is not built. Run npm run build.`);
  for (const part of BUILT) {
    const source = join(ROOT, folder, part);
    if (existsSync(source)) copy(source, join(target, folder, part));
  }
}

/**
 * A package that is not installed is one for another machine: the lock file knows them all.
 *
 * @param {string} path
 * @param {string} target
 */
function copyPackage(path, target) {
  if (existsSync(join(ROOT, path))) copy(join(ROOT, path), join(target, path));
}

/**
 * Leaves out what production does not run, and node_modules below, whose packages are copied one by one.
 *
 * @param {string} source
 * @param {string} target
 */
function copy(source, target) {
  mkdirSync(dirname(target), { recursive: true });
  cpSync(source, target, {
    recursive: true,
    filter: (from, to) => {
      const path = relative(source, from);
      const isFolder = lstatSync(from).isDirectory();
      if (path === '') return true;
      if (path.split('/').includes('node_modules')) return false;
      if (!belongsInImage(isFolder ? `${path}/file` : path)) return false;
      if (isFolder) mkdirSync(to, { recursive: true });
      return true;
    },
  });
  chmodSync(target, lstatSync(target).isDirectory() ? 0o755 : lstatSync(target).mode & 0o755);
}
