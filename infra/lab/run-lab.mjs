import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTests } from '../dev/run-tests.mjs';
import { programExists } from '../dev/setup/check-machine.mjs';
import { make } from '../dev/setup/make.mjs';
import { UML } from './boot-guest.mjs';
import { takeOwnDelegation } from './own-delegation.mjs';
import { runInGuest } from './run-in-guest.mjs';

/** @typedef {import('../dev/stages.mjs').StageResult} StageResult */

/** @type {readonly NodeJS.Signals[]} */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs the lab's suites, or those of its files whose names contain a filter: here, if this user has a delegated cgroup,
 * otherwise under User Mode Linux.
 *
 * @param {readonly string[]} filters
 * @param {{ live: boolean }} options
 * @returns {Promise<StageResult>}
 */
export async function runLab(filters, { live }) {
  const delegation = takeOwnDelegation();
  if (delegation !== undefined) return await runHere(delegation, filters, { live });
  if (!programExists(UML)) return skip(`${UML} is missing. To run the lab: apt-get install user-mode-linux`);
  const built = await buildForGuest();
  if (!built.ok) return { passed: 0, failed: 1, skipped: 0, output: built.output, skips: [] };
  const scratch = mkdtempSync(join(tmpdir(), 'sandlot-lab-'));
  const release = removeAtExit(scratch);
  try {
    return await runInGuest(filters, { scratch, live });
  } finally {
    release();
  }
}

/**
 * @param {import('./own-delegation.mjs').Delegation} delegation
 * @param {readonly string[]} filters
 * @param {{ live: boolean }} options
 * @returns {Promise<StageResult>}
 */
async function runHere({ path, release }, filters, { live }) {
  const env = { SANDLOT_LAB: 'host', SANDLOT_LAB_CGROUP: path };
  try {
    return await runTests(filters, { live, config: 'infra/lab/vitest.config.ts', env });
  } finally {
    release();
  }
}

/**
 * Removes a directory, whatever ends this process but SIGKILL. The guest needs no signal: it goes with us, and its
 * keeper removes what it has still written.
 *
 * The listeners stay until the end: Ctrl-C reaches us from the terminal and once more through npm, and a second signal
 * without a listener would end us halfway.
 *
 * @param {string} directory
 * @returns {() => void} removes it now
 */
function removeAtExit(directory) {
  const remove = () => rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  /** @param {NodeJS.Signals} signal */
  const end = (signal) => process.exit(128 + constants.signals[signal]);
  for (const signal of SIGNALS) process.on(signal, end);
  process.on('exit', remove);
  return () => {
    remove();
    process.off('exit', remove);
    for (const signal of SIGNALS) process.off(signal, end);
  };
}

/** The guest cannot write to the checkout: what its tests start must be there. */
async function buildForGuest() {
  const native = await make('native');
  return native.ok ? await make('libs/testing/payload') : native;
}

/**
 * @param {string} reason
 * @returns {StageResult}
 */
function skip(reason) {
  return { passed: 0, failed: 0, skipped: 1, output: '', skips: [`SKIP ${reason}`] };
}
