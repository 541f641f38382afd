import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readImports } from './read-imports.mjs';

/**
 * Reads every workspace project: its package.json, its tsconfig.json, its import lines.
 *
 * @param {string} root
 * @returns {readonly import('./project.mjs').Project[]}
 */
export function readProjects(root) {
  return projectFolders(root).map((folder) => {
    const { name, nx, dependencies, devDependencies } = readManifest(root, folder);
    const tag = nx?.tags?.find((each) => each.startsWith('type:'));
    return {
      name: name ?? folder,
      folder,
      type: tag?.slice('type:'.length),
      dependencies: Object.keys(dependencies ?? {}),
      devDependencies: Object.keys(devDependencies ?? {}),
      references: readReferences(root, folder),
      imports: readImports(root, folder),
    };
  });
}

/**
 * What all tests may use: the development tools of the root.
 *
 * @param {string} root
 * @returns {readonly string[]}
 */
export function readRootTools(root) {
  return Object.keys(readManifest(root, '.').devDependencies ?? {});
}

/**
 * The folders a tsconfig.json refers to, relative to the root; undefined if there is no such file.
 *
 * @param {string} root
 * @param {string} folder
 * @returns {readonly string[] | undefined}
 */
export function readReferences(root, folder) {
  const path = join(root, folder, 'tsconfig.json');
  if (!existsSync(path)) return undefined;
  const config = /** @type {{ references?: readonly { path: string }[] }} */ (
    JSON.parse(readFileSync(path, 'utf8'))
  );
  return (config.references ?? []).map((reference) => join(folder, reference.path));
}

/** @param {string} root */
function projectFolders(root) {
  const grouped = ['libs', 'apps'].flatMap((group) =>
    existsSync(join(root, group)) ? readdirSync(join(root, group)).map((name) => join(group, name)) : [],
  );
  return [...grouped, 'native'].filter((folder) => existsSync(join(root, folder, 'package.json')));
}

/**
 * @typedef {object} Manifest
 * @property {string} [name]
 * @property {{ tags?: readonly string[] }} [nx]
 * @property {Readonly<Record<string, string>>} [dependencies]
 * @property {Readonly<Record<string, string>>} [devDependencies]
 */

/**
 * @param {string} root
 * @param {string} folder
 */
function readManifest(root, folder) {
  const text = readFileSync(join(root, folder, 'package.json'), 'utf8');
  return /** @type {Manifest} */ (JSON.parse(text));
}
