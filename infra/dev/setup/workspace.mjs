import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds the root package.json. */
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * The program file of a development tool of ours. Run with node itself: node_modules/.bin needs no PATH then.
 *
 * @param {'nx' | 'oxlint' | 'prettier' | 'typescript' | 'vitest'} tool
 */
export function toolPath(tool) {
  return join(ROOT, 'node_modules', TOOL_FILES[tool]);
}

const TOOL_FILES = {
  nx: 'nx/dist/bin/nx.js',
  oxlint: 'oxlint/bin/oxlint',
  prettier: 'prettier/bin/prettier.cjs',
  typescript: 'typescript/bin/tsc',
  vitest: 'vitest/vitest.mjs',
};
