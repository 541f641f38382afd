import { runLab } from '../lab/run-lab.mjs';
import { STAGE_LIMIT_MS, runTests } from './run-tests.mjs';
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
  // In the guest it makes no difference who started it: CI, which runs all of this twice, needs it once.
  ...(process.env['SANDLOT_WITHOUT_LAB'] === '1'
    ? []
    : [{ name: 'lab', run: () => runLab([], { live: false }) }]),
];

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
