import { programExists } from './check-machine.mjs';
import { runCommand } from './run-command.mjs';

/** make's own default is cc, which a bare gcc need not bring along. */
export function compilerEnvironment() {
  return programExists('cc') ? {} : { CC: 'gcc' };
}

/**
 * Builds the first target of a directory's Makefile.
 *
 * @param {string} directory in the root folder, or absolute
 * @returns {Promise<import('./run-command.mjs').CommandResult>}
 */
export function make(directory) {
  return runCommand('make', ['--no-print-directory', '-C', directory], { env: compilerEnvironment() });
}
