import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { ROOT } from './workspace.mjs';

/** Tools that see CI=true colour what goes into a file. */
const PLAIN = process.stdout.isTTY ? {} : { NO_COLOR: '1' };

/**
 * What a command did. `output` is stdout and stderr in the order they came, empty if it was shown live.
 *
 * @typedef {object} CommandResult
 * @property {boolean} ok it ended with exit code 0
 * @property {string} output
 */

/**
 * Runs a command in the root folder, without stdin, and keeps its output. Never rejects: a command that cannot be
 * started is a result that is not ok.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, timeoutMs?: number, live?: boolean }} [options] `env` is added to the own
 *   environment; `timeoutMs` ends the command by SIGTERM, @default no limit; `live` shows the output as it comes.
 * @returns {Promise<CommandResult>}
 */
export function runCommand(command, args, { env = {}, timeoutMs, live = false } = {}) {
  const child = spawn(command, args, {
    cwd: ROOT,
    env: { ...process.env, ...PLAIN, ...env },
    stdio: live ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
    ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }),
  });
  const release = endWithUs(child);
  /** @type {Buffer[]} */
  const chunks = [];
  /** @param {Buffer} chunk */
  const keep = (chunk) => chunks.push(chunk);
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  return new Promise((resolve) => {
    /** @param {string | undefined} defect */
    const finish = (defect) => {
      release();
      const output = Buffer.concat(chunks).toString();
      resolve({ ok: defect === undefined, output: `${output}${defect ?? ''}` });
    };
    child.once('error', (error) => finish(`Cannot run ${command}: ${error.message}\n`));
    child.once('close', (code, signal) => finish(describeEnd(command, code, signal)));
  });
}

/**
 * @param {string} command
 * @param {number | null} code
 * @param {NodeJS.Signals | null} signal
 */
function describeEnd(command, code, signal) {
  if (code === 0) return undefined;
  return signal === null
    ? `${command} ended with exit code ${code}\n`
    : `${command} was ended by ${signal}\n`;
}

/**
 * A signal to us alone must not leave the command behind.
 *
 * @param {import('node:child_process').ChildProcess} child
 * @returns {() => void} undoes it
 */
function endWithUs(child) {
  /** @param {NodeJS.Signals} signal */
  const end = (signal) => {
    child.kill(signal);
    process.exit(128 + constants.signals[signal]);
  };
  process.once('SIGINT', end).once('SIGTERM', end).once('SIGHUP', end);
  return () => process.off('SIGINT', end).off('SIGTERM', end).off('SIGHUP', end);
}
