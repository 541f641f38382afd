/**
 * `npm test`: sets the workspace up, then runs every stage that CI runs and ends with one plain line,
 * `N passed, N failed, N skipped`. `npm test -- <filter>` runs only the tests whose file names contain the filter.
 *
 * Plain Node without a dependency, since on a fresh clone there is no node_modules.
 */
import { runTests } from './run-tests.mjs';
import { prepare } from './setup/set-up.mjs';
import { SetUpError } from './setup/set-up-error.mjs';
import { BUILD, STAGES } from './stages.mjs';

/** @typedef {import('./stages.mjs').Stage} Stage */
/** @typedef {import('./stages.mjs').StageResult} StageResult */

/** In CI nothing may be left out. */
const MUST_RUN = process.env['SANDLOT_MUST_RUN'] === '1';

/** Of the column that holds the stages' names. */
const NAME_WIDTH = 18;

const filters = process.argv.slice(2);
const sum = await runStages([{ name: 'set-up', run: setUpStage }, ...chooseStages()]);
process.stdout.write(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped\n`);
process.exitCode = sum.failed > 0 ? 1 : 0;

/** @returns {readonly Stage[]} */
function chooseStages() {
  if (filters.length === 0) return STAGES;
  // Tests resolve our TypeScript to its sources, but those of the sandbox start what native/ builds.
  return [BUILD, { name: 'tests', run: () => runTests(filters, { live: true }) }];
}

/**
 * Without dependencies no other stage can run; any other failure leaves the rest worth knowing.
 *
 * @param {readonly Stage[]} stages
 */
async function runStages(stages) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const [index, stage] of stages.entries()) {
    const result = await runStage(stage);
    total.passed += result.passed;
    total.failed += result.failed;
    total.skipped += result.skipped;
    if (index === 0 && result.failed > 0) break;
  }
  return total;
}

/**
 * @param {Stage} stage
 * @returns {Promise<StageResult>}
 */
async function runStage({ name, run }) {
  const begun = performance.now();
  process.stdout.write(`${name.padEnd(NAME_WIDTH)} `);
  const result = refuseSkips(await run());
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  const verdict = result.failed > 0 ? 'FAILED' : 'ok';
  process.stdout.write(`${verdict.padEnd(6)} ${seconds.padStart(6)} s${describeCounts(result)}\n`);
  for (const skip of result.skips) process.stdout.write(`  ${skip}\n`);
  if (result.failed > 0) process.stdout.write(`${result.output.trimEnd()}\n`);
  return result;
}

/**
 * @param {StageResult} result
 * @returns {StageResult}
 */
function refuseSkips(result) {
  if (!MUST_RUN || result.skipped === 0) return result;
  const output = `${result.output}SANDLOT_MUST_RUN=1 turns ${result.skipped} skipped into failed.\n`;
  return { ...result, failed: result.failed + result.skipped, skipped: 0, output };
}

/** @param {StageResult} result */
function describeCounts({ passed, failed, skipped }) {
  if (passed + failed + skipped === 1) return skipped === 1 ? '  skipped' : '';
  return `  ${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** @returns {Promise<StageResult>} */
async function setUpStage() {
  try {
    await prepare((line) => process.stdout.write(`${line}\n${' '.repeat(NAME_WIDTH)} `));
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error;
    return { passed: 0, failed: 1, skipped: 0, output: `${error.output}${error.message}`, skips: [] };
  }
  return { passed: 1, failed: 0, skipped: 0, output: '', skips: [] };
}
