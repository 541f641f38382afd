import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseSync } from 'vite';

const SOURCE_FOLDERS = /^(src|test|bin)\//;
const SOURCE_FILE = /\.(ts|tsx|mts|js|mjs)$/;
const TEST_FILE = /^test\/|\.test\.\w+$/;

/**
 * Reads the import lines of a project's src, test and bin folders.
 *
 * @param {string} root
 * @param {string} folder of the project, relative to `root`
 * @returns {readonly import('./project.mjs').Import[]}
 */
export function readImports(root, folder) {
  const base = join(root, folder);
  return readdirSync(base, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && SOURCE_FILE.test(entry.name))
    .map((entry) => relative(base, join(entry.parentPath, entry.name)))
    .filter((path) => SOURCE_FOLDERS.test(path))
    .toSorted()
    .flatMap((path) => {
      const file = join(folder, path);
      const isTest = TEST_FILE.test(path);
      return findImports(file, readFileSync(join(root, file), 'utf8')).map((found) => ({
        ...found,
        file,
        isTest,
      }));
    });
}

/**
 * The modules a source text names in import and export lines and in `import()` of a literal; parsed, so that a
 * payload's text inside a string does not count.
 *
 * @param {string} file decides the language
 * @param {string} text
 * @returns {readonly { specifier: string, line: number }[]}
 * @throws {SyntaxError} if the text cannot be parsed
 */
export function findImports(file, text) {
  const { module, errors } = parseSync(file, text);
  const [error] = errors;
  if (error !== undefined) throw new SyntaxError(`Cannot parse ${file}: ${error.message}`);
  const requests = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest),
    ...module.staticExports.flatMap(({ entries }) => entries.map(({ moduleRequest }) => moduleRequest)),
    ...module.dynamicImports.map(({ moduleRequest }) => moduleRequest),
  ].filter((request) => request !== null);
  /** @type {Map<string, { specifier: string, line: number }>} */
  const found = new Map();
  for (const { start, end } of requests) {
    const specifier = /^['"`]([^'"`$]+)['"`]$/.exec(text.slice(start, end))?.[1];
    if (specifier === undefined) continue;
    const line = text.slice(0, start).split('\n').length;
    found.set(`${line} ${specifier}`, { specifier, line });
  }
  return [...found.values()];
}
