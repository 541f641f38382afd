/**
 * Makes one CommonJS file of the runner, so that a cell needs to show no node_modules. Run as a program it makes
 * dist/runner.cjs of what the compiler made.
 */
import { build } from 'esbuild';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = import.meta.dirname;

/**
 * @param {string} entry the runner's main file, in TypeScript or compiled
 * @param {string} outfile
 */
export async function bundleRunner(entry, outfile) {
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    legalComments: 'inline',
    logLevel: 'warning',
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await bundleRunner(join(ROOT, 'dist/runner/main.js'), join(ROOT, 'dist/runner.cjs'));
}
