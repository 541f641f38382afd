import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programExists } from './setup/check-machine.mjs';
import { runCommand } from './setup/run-command.mjs';
import { build } from './setup/set-up.mjs';
import { runTarget } from './setup/run-target.mjs';
import { toolPath } from './setup/workspace.mjs';

/**
 * What a stage says at its end. A stage other than the tests counts as one.
 *
 * @typedef {object} StageResult
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {string} output for the reader of a failure
 * @property {readonly string[]} skips what was left out, why, and how to get it
 */

/** @typedef {{ name: string, run: () => Promise<StageResult> }} Stage */

/** Long before a machine that runs CI gives up. */
const STAGE_LIMIT_MS = 20 * 60_000;

/** @type {Stage} */
export const BUILD = { name: 'build', run: async () => toStageResult(await build()) };

/**
 * Everything that holds the repository to its word, cheap before dear. The build comes early: the linter reads
 * types from it and the tests start what it made.
 *
 * @type {readonly Stage[]}
 */
export const STAGES = [
  tool('format', 'prettier', ['--check', '--log-level=warn', '.']),
  { name: 'format of native/', run: checkNativeFormat },
  script('boundaries', 'infra/dev/check-boundaries.mjs'),
  BUILD,
  tool('types of tests', 'typescript', ['-p', 'tsconfig.json']),
  tool('lint', 'oxlint', ['--format=unix']),
  { name: 'sanitizers', run: async () => toStageResult(await runTarget('sanitize')) },
  { name: 'tests', run: () => runTests([], { live: false }) },
];

/**
 * Runs the tests of all projects, or those whose file names contain a filter.
 *
 * @param {readonly string[]} filters passed to vitest with its options
 * @param {{ live: boolean }} options
 * @returns {Promise<StageResult>}
 */
export async function runTests(filters, { live }) {
  const directory = await mkdtemp(join(tmpdir(), 'sandlot-test-'));
  const tallyFile = join(directory, 'tally.json');
  const args = ['run', '--config=infra/dev/vitest.config.ts', `--reporter=${live ? 'default' : 'minimal'}`];
  try {
    const { ok, output } = await runCommand(
      process.execPath,
      [toolPath('vitest'), ...args, '--reporter=./infra/dev/vitest-tally.mjs', ...filters],
      { env: { SANDLOT_TALLY_FILE: tallyFile }, timeoutMs: STAGE_LIMIT_MS, live },
    );
    const tally = await readTally(tallyFile);
    const skips = output.split('\n').filter((line) => line.startsWith('SKIP '));
    return {
      ...tally,
      // An end that the numbers do not explain is a failure too: a crash, no test found.
      failed: tally.failed === 0 && !ok ? 1 : tally.failed,
      output,
      skips: [...new Set(skips), ...tally.skippedIn.map((file) => `SKIP ${file}`)],
    };
  } finally {
    await rm(directory, { recursive: true });
  }
}

/**
 * @param {string} file
 * @returns {Promise<import('./vitest-tally.mjs').Tally>}
 */
async function readTally(file) {
  try {
    return /** @type {import('./vitest-tally.mjs').Tally} */ (JSON.parse(await readFile(file, 'utf8')));
  } catch {
    // The run died before its end; its exit code makes it a failure.
    return { passed: 0, failed: 0, skipped: 0, skippedIn: [] };
  }
}

/** @returns {Promise<StageResult>} */
async function checkNativeFormat() {
  if (programExists('clang-format'))
    return toStageResult(await runCommand('make', ['-C', 'native', 'format-check']));
  const skip = 'SKIP clang-format is missing. To check the layout of native/: apt-get install clang-format';
  return { passed: 0, failed: 0, skipped: 1, output: '', skips: [skip] };
}

/**
 * @param {string} name
 * @param {Parameters<typeof toolPath>[0]} program
 * @param {readonly string[]} args
 * @returns {Stage}
 */
function tool(name, program, args) {
  return script(name, toolPath(program), args);
}

/**
 * @param {string} name
 * @param {string} file
 * @param {readonly string[]} [args]
 * @returns {Stage}
 */
function script(name, file, args = []) {
  const run = () => runCommand(process.execPath, [file, ...args], { timeoutMs: STAGE_LIMIT_MS });
  return { name, run: async () => toStageResult(await run()) };
}

/**
 * @param {import('./setup/run-command.mjs').CommandResult} result
 * @returns {StageResult}
 */
function toStageResult({ ok, output }) {
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0, output, skips: [] };
}
