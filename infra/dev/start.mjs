/**
 * `npm start`: sets the workspace up, then runs `sandlot serve` with the arguments given after `--`.
 *
 * Plain Node without a dependency, since on a fresh clone there is no node_modules.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setUp } from './setup/set-up.mjs';
import { SetUpError } from './setup/set-up-error.mjs';
import { ROOT } from './setup/workspace.mjs';

/** A signal to the process group comes twice when npm passes it on too; a person is slower than this. */
const SAME_SIGNAL_MS = 300;

const begun = performance.now();
try {
  await setUp(say);
} catch (error) {
  if (!(error instanceof SetUpError)) throw error;
  process.stderr.write(`${error.output}${error.message}\n`);
  process.exit(1);
}
say(`Set up in ${((performance.now() - begun) / 1000).toFixed(1)} s, starting the service ...`);
serve(process.argv.slice(2));

/** @param {readonly string[]} args */
function serve(args) {
  const cli = join(ROOT, 'apps/cli/bin/sandlot.js');
  const service = spawn(process.execPath, [cli, 'serve', ...args], { stdio: 'inherit' });
  const release = passSignalsOn(service);
  service.once('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    // End the way the service ended, so that a shell or a supervisor sees the same.
    release();
    process.kill(process.pid, signal);
  });
}

/**
 * @param {import('node:child_process').ChildProcess} service
 * @returns {() => void} undoes it
 */
function passSignalsOn(service) {
  let last = { name: '', at: -Infinity };
  /** @param {NodeJS.Signals} name */
  const pass = (name) => {
    // Ctrl-C reaches the whole foreground group: the service has it already, and a second one means haste.
    if (name === 'SIGINT' && process.stdin.isTTY) return;
    const at = performance.now();
    if (name !== last.name || at - last.at > SAME_SIGNAL_MS) service.kill(name);
    last = { name, at };
  };
  process.on('SIGINT', pass).on('SIGTERM', pass).on('SIGHUP', pass);
  return () => process.off('SIGINT', pass).off('SIGTERM', pass).off('SIGHUP', pass);
}

/** @param {string} line */
function say(line) {
  process.stderr.write(`${line}\n`);
}
