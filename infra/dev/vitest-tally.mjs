import { writeFileSync } from 'node:fs';

/**
 * The numbers of a vitest run.
 *
 * @typedef {object} Tally
 * @property {number} passed
 * @property {number} failed also files that could not be loaded and errors outside of any test
 * @property {number} skipped
 * @property {readonly string[]} skippedIn files with skipped tests, and how many: `test/redis.test.ts (12 tests)`
 */

/**
 * A vitest reporter that leaves the {@link Tally} of the run as JSON in the file `SANDLOT_TALLY_FILE`.
 */
export default class VitestTally {
  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly unknown[]} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    const file = process.env['SANDLOT_TALLY_FILE'];
    if (file === undefined) throw new Error('SANDLOT_TALLY_FILE is not set: name a file for the numbers');
    writeFileSync(file, JSON.stringify(tally(modules, unhandledErrors)));
  }
}

/**
 * @param {readonly import('vitest/node').TestModule[]} modules
 * @param {readonly unknown[]} unhandledErrors
 * @returns {Tally}
 */
function tally(modules, unhandledErrors) {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const skipped = tests.filter((test) => ['skipped', 'pending'].includes(test.result().state));
  const passed = tests.filter((test) => test.result().state === 'passed').length;
  return {
    passed,
    failed: tests.length - skipped.length - passed + countOuterFailures(modules) + unhandledErrors.length,
    skipped: skipped.length,
    skippedIn: countByFile(skipped),
  };
}

/** @param {readonly import('vitest/node').TestCase[]} tests */
function countByFile(tests) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const { project, module } of tests) {
    const file = `${project.name} ${module.relativeModuleId}`;
    counts.set(file, (counts.get(file) ?? 0) + 1);
  }
  return [...counts].map(([file, count]) => `${file} (${count} tests)`);
}

/**
 * Failures that no test counts: a file that cannot be loaded, a hook of a file or suite that throws.
 *
 * @param {readonly import('vitest/node').TestModule[]} modules
 */
function countOuterFailures(modules) {
  return modules
    .flatMap((module) => [module, ...module.children.allSuites()])
    .filter((suite) => suite.errors().length > 0).length;
}
