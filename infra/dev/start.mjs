/**
 * `npm start`: sets the workspace up, then runs `sandlot serve` with the arguments given after `--`.
 *
 * Plain Node without a dependency, since on a fresh clone there is no node_modules.
 */
import { join } from 'node:path';
import { runInPlace } from './run-in-place.mjs';
import { setUp } from './setup/set-up.mjs';
import { SetUpError } from './setup/set-up-error.mjs';
import { ROOT } from './setup/workspace.mjs';

const begun = performance.now();
try {
  await setUp(say);
} catch (error) {
  if (!(error instanceof SetUpError)) throw error;
  process.stderr.write(`${error.output}${error.message}\n`);
  process.exit(1);
}
say(`Set up in ${((performance.now() - begun) / 1000).toFixed(1)} s, starting the service ...`);
runInPlace(join(ROOT, 'apps/cli/bin/sandlot.js'), ['serve', ...process.argv.slice(2)]);

/** @param {string} line */
function say(line) {
  process.stderr.write(`${line}\n`);
}
