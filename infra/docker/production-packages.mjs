/**
 * An entry of package-lock.json, as far as it says what an installation needs.
 *
 * @typedef {object} LockEntry
 * @property {string} [resolved] of a link: the folder it leads to
 * @property {boolean} [link]
 * @property {Readonly<Record<string, string>>} [dependencies]
 * @property {Readonly<Record<string, string>>} [optionalDependencies]
 * @property {Readonly<Record<string, string>>} [peerDependencies]
 */

/** @typedef {Readonly<Record<string, LockEntry | undefined>>} LockEntries by path in the workspace */

/**
 * Everything that one project of the workspace needs to run, and nothing that only its tests need: its own folder, those of
 * the projects it depends on, and packages of others. What the lock file names for other machines is among it.
 *
 * @param {LockEntries} entries
 * @param {string} start folder of the project
 * @returns {{ folders: readonly string[], packages: readonly string[], links: readonly { path: string, folder: string }[] }}
 *   sorted paths in the workspace: of projects, of packages below a node_modules, and of links to projects
 */
export function productionPackages(entries, start) {
  /** @type {Set<string>} */
  const reached = new Set();
  /** @type {Map<string, string>} */
  const links = new Map();
  const waiting = [start];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    for (const found of neededBy(entries, path)) {
      const { link, resolved } = entries[found] ?? {};
      if (link === true && resolved !== undefined) links.set(found, resolved);
      waiting.push(link === true && resolved !== undefined ? resolved : found);
    }
  }
  const paths = [...reached].sort();
  return {
    folders: paths.filter((path) => !isPackage(path)),
    packages: paths.filter(isPackage),
    links: [...links].map(([path, folder]) => ({ path, folder })).sort((a, b) => (a.path < b.path ? -1 : 1)),
  };
}

/** @param {string} path */
function isPackage(path) {
  return path.includes('node_modules/');
}

/**
 * @param {LockEntries} entries
 * @param {string} path
 * @returns {readonly string[]} where Node would find what it imports
 * @throws {Error} if the lock file has no entry for it
 */
function neededBy(entries, path) {
  const { dependencies = {}, optionalDependencies = {}, peerDependencies = {} } = entries[path] ?? {};
  const required = Object.keys(dependencies).filter((name) => !Object.hasOwn(optionalDependencies, name));
  const found = required.map((name) => {
    const place = resolvePackage(entries, path, name);
    if (place === undefined)
      throw new Error(`package-lock.json has no ${name}, which ${path} needs. Run npm install.`);
    return place;
  });
  const wanted = [...Object.keys(optionalDependencies), ...Object.keys(peerDependencies)];
  return [...found, ...wanted.flatMap((name) => resolvePackage(entries, path, name) ?? [])];
}

/**
 * Node's own search: node_modules beside the importing package, then beside each folder above it.
 *
 * @param {LockEntries} entries
 * @param {string} from
 * @param {string} name
 */
function resolvePackage(entries, from, name) {
  const parts = from.split('/');
  for (let length = parts.length; length >= 0; length--) {
    if (parts[length - 1] === 'node_modules') continue;
    const place = [...parts.slice(0, length), 'node_modules', name].join('/');
    if (entries[place] !== undefined) return place;
  }
  return undefined;
}
