import { programExists } from './check-machine.mjs';
import { runCommand } from './run-command.mjs';

/**
 * Builds the first target of a directory's Makefile, with gcc on machines without cc.
 *
 * @param {string} directory in the root folder, or absolute
 * @returns {Promise<import('./run-command.mjs').CommandResult>}
 */
export function make(directory) {
  const env = programExists('cc') ? {} : { CC: 'gcc' };
  return runCommand('make', ['--no-print-directory', '-C', directory], { env });
}
