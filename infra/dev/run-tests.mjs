import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from './setup/run-command.mjs';
import { toolPath } from './setup/workspace.mjs';

/** @typedef {import('./stages.mjs').StageResult} StageResult */
/** @typedef {import('./vitest-tally.mjs').Tally} Tally */

/** Long before a machine that runs CI gives up. */
export const STAGE_LIMIT_MS = 20 * 60_000;

/**
 * Runs the tests of all projects, or those whose file names contain a filter.
 *
 * @param {readonly string[]} filters passed to vitest with its options
 * @param {{ live: boolean, config?: string, env?: NodeJS.ProcessEnv }} options `config` says which tests there are,
 *   @default all but the lab's; `env` is added to the own environment
 * @returns {Promise<StageResult>}
 */
export async function runTests(filters, { live, config = 'infra/dev/vitest.config.ts', env = {} }) {
  const directory = await mkdtemp(join(tmpdir(), 'sandlot-test-'));
  const tallyFile = join(directory, 'tally.json');
  const args = ['run', `--config=${config}`, `--reporter=${live ? 'default' : 'minimal'}`];
  try {
    const { ok, output } = await runCommand(
      process.execPath,
      [toolPath('vitest'), ...args, '--reporter=./infra/dev/vitest-tally.mjs', ...filters],
      { env: { ...env, SANDLOT_TALLY_FILE: tallyFile }, timeoutMs: STAGE_LIMIT_MS, live },
    );
    return toTestResult({ isComplete: ok, output, tally: await readTally(tallyFile) });
  } finally {
    await rm(directory, { recursive: true });
  }
}

/**
 * @param {{ isComplete: boolean, output: string, tally: Tally | undefined }} run `tally` is undefined if it died
 * @returns {StageResult}
 */
export function toTestResult({ isComplete, output, tally }) {
  const counts = tally ?? { passed: 0, failed: 0, skipped: 0, skippedIn: [] };
  const skips = output.split('\n').filter((line) => line.startsWith('SKIP '));
  return {
    ...counts,
    // An end that the numbers do not explain is a failure too: a crash, no test found.
    failed: counts.failed === 0 && (!isComplete || tally === undefined) ? 1 : counts.failed,
    output,
    skips: [...new Set(skips), ...counts.skippedIn.map((file) => `SKIP ${file}`)],
  };
}

/**
 * @param {string} file
 * @returns {Promise<Tally | undefined>}
 */
async function readTally(file) {
  try {
    return /** @type {Tally} */ (JSON.parse(await readFile(file, 'utf8')));
  } catch {
    // The run died before its end.
    return undefined;
  }
}
