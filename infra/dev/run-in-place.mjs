import { spawn } from 'node:child_process';

/** A signal to the process group comes twice when npm passes it on too; a person is slower than this. */
const SAME_SIGNAL_MS = 300;

/**
 * Runs a program of Node as if it stood in the place of this process: same stdio, signals passed on, and this process
 * ends the way the program ended.
 *
 * @param {string} file
 * @param {readonly string[]} args
 */
export function runInPlace(file, args) {
  const program = spawn(process.execPath, [file, ...args], { stdio: 'inherit' });
  const release = passSignalsOn(program);
  program.once('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    // A shell or a supervisor shall see the same end.
    release();
    process.kill(process.pid, signal);
  });
}

/**
 * @param {import('node:child_process').ChildProcess} program
 * @returns {() => void} undoes it
 */
function passSignalsOn(program) {
  let last = { name: '', at: -Infinity };
  /** @param {NodeJS.Signals} name */
  const pass = (name) => {
    // Ctrl-C reaches the whole foreground group: the program has it already, and a second one means haste.
    if (name === 'SIGINT' && process.stdin.isTTY) return;
    const at = performance.now();
    if (name !== last.name || at - last.at > SAME_SIGNAL_MS) program.kill(name);
    last = { name, at };
  };
  process.on('SIGINT', pass).on('SIGTERM', pass).on('SIGHUP', pass);
  return () => process.off('SIGINT', pass).off('SIGTERM', pass).off('SIGHUP', pass);
}
