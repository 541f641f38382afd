import { compilerEnvironment } from './make.mjs';
import { runCommand } from './run-command.mjs';
import { toolPath } from './workspace.mjs';

/** Plain lines, no daemon left behind, no question, no word to any server. */
const NX_ENV = {
  NX_DAEMON: 'false',
  NX_TUI: 'false',
  NX_INTERACTIVE: 'false',
  NX_NO_CLOUD: 'true',
};

/**
 * Runs a target of every project that has it, with what it depends on. Unchanged projects come from the cache.
 *
 * @param {string} target
 * @returns {Promise<import('./run-command.mjs').CommandResult>}
 */
export function runTarget(target) {
  const args = [toolPath('nx'), 'run-many', '-t', target, '--outputStyle=static'];
  return runCommand(process.execPath, args, { env: { ...compilerEnvironment(), ...NX_ENV } });
}
