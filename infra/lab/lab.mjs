/**
 * `npm run lab`: runs the suites that need a delegated cgroup. `npm run lab -- <filter>` runs only the tests whose
 * file names contain the filter. Ends with one plain line, `N passed, N failed, N skipped`.
 */
import { existsSync } from 'node:fs';
import { toolPath } from '../dev/setup/workspace.mjs';
import { runLab } from './run-lab.mjs';

if (!existsSync(toolPath('vitest'))) {
  process.stderr.write(
    'npm run lab: dependencies are not installed yet; `npm test` or `npm start` does that\n',
  );
  process.exit(1);
}

const result = await runLab(process.argv.slice(2), { live: true });
for (const skip of result.skips) process.stdout.write(`${skip}\n`);
const { passed, failed, skipped } = result;
process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
process.exitCode = failed > 0 || (skipped > 0 && process.env['SANDLOT_MUST_RUN'] === '1') ? 1 : 0;
