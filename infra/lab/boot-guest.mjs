import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { make } from '../dev/setup/make.mjs';
import { memoryDirectory } from './memory-directory.mjs';

/** The program that Debian's package user-mode-linux brings. */
export const UML = 'linux.uml';

/** Makes build/xstate.so: see xstate.c. */
const XSTATE = join(import.meta.dirname, 'xstate');

/**
 * Starts UML, whose many processes stay in one process group that its first one makes, and ends as it ends. Descriptor
 * 3 is the driver's lifeline: when its other end closes, since the driver says so or died of SIGKILL, the group goes,
 * and then its scratch directory. A shell tells of killed children on stderr, which nobody may read any more: SIGPIPE.
 */
const KEEPER = `
  LD_PRELOAD=build/xstate.so "$@" </dev/null 3<&- &
  guest=$!
  trap '' PIPE
  { read -r _ <&3; kill -KILL -$guest $guest; } >/dev/null 2>&1 &
  exec 3<&-
  wait $guest
  code=$?
  kill -KILL $! -$guest 2>/dev/null
  rm -rf -- "$SANDLOT_LAB_SCRATCH"
  exit $code
`;

/**
 * @typedef {object} GuestOptions
 * @property {string} init the script that is the guest's pid 1; absolute
 * @property {readonly string[]} args of the script; without double quotes in them
 * @property {number} memoryMiB
 * @property {string} scratch a directory for UML's own files; removed at the end
 * @property {string | undefined} disk the file behind /dev/ubda, read-only
 * @property {string} [store] the file behind /dev/ubdb, which the guest may write to
 * @property {number} timeoutMs
 * @property {(line: string) => void} onLine of its console
 */

/**
 * Boots the host's own file system, read-only, under User Mode Linux, and resolves when the guest has powered off.
 * Nothing of it is left then, nor after the end of this process.
 *
 * @param {GuestOptions} options
 * @returns {Promise<string | undefined>} why it did not power off by itself
 */
export async function bootGuest({ init, args, memoryMiB, scratch, disk, store, timeoutMs, onLine }) {
  const { ok, output } = await make(XSTATE);
  if (!ok) return output;
  const quoted = args.map((arg) => `"${arg}"`);
  const kernel = [
    `mem=${memoryMiB}M`,
    ...['rootfstype=hostfs', 'rootflags=/', 'ro'],
    ...(disk === undefined ? [] : [`ubd0r=${disk}`]),
    ...(store === undefined ? [] : [`ubd1=${store}`]),
    ...[`uml_dir=${scratch}`, 'con=null', 'con0=fd:0,fd:1', 'quiet', 'loglevel=1'],
    // UML appends these two if they are missing, behind the script's arguments.
    ...['root=98:0', 'console=tty0'],
    ...[`init=${init}`, '--', ...quoted],
  ];
  const keeper = spawn('/bin/sh', ['-c', KEEPER, 'sh', 'taskset', '--cpu-list', lastCpu(), UML, ...kernel], {
    // ld.so(8) splits what it is to load at spaces and colons, which a checkout's path may have in it.
    cwd: XSTATE,
    // Ctrl-C is for the driver, which cleans up.
    detached: true,
    env: {
      ...process.env,
      TMPDIR: memoryDirectory(memoryMiB << 20, scratch),
      SANDLOT_LAB_SCRATCH: scratch,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  for (const input of [keeper.stdout, keeper.stderr]) {
    if (input !== null) createInterface({ input }).on('line', onLine);
  }
  return await awaitEnd(keeper, timeoutMs);
}

/**
 * The last CPU we may use. The guest has one, but UML is two processes that take turns at each of its system calls: on
 * one CPU that is a context switch, on two it wakes an idle one, which took nearly twice as long in a virtual machine.
 */
function lastCpu() {
  const status = readFileSync('/proc/self/status', 'utf8');
  return /^Cpus_allowed_list:.*?(\d+)$/m.exec(status)?.[1] ?? '0';
}

/**
 * @param {import('node:child_process').ChildProcess} keeper
 * @param {number} timeoutMs
 * @returns {Promise<string | undefined>}
 */
function awaitEnd(keeper, timeoutMs) {
  /** @type {string | undefined} */
  let defect;
  const timer = setTimeout(() => {
    defect = `The guest did not power off within ${timeoutMs / 1000} s\n`;
    keeper.stdio[3]?.destroy();
  }, timeoutMs);
  return new Promise((resolve) => {
    keeper.once('error', (error) => (defect = `Cannot run /bin/sh: ${error.message}\n`));
    keeper.once('close', (code, signal) => {
      clearTimeout(timer);
      if (code !== 0) defect ??= `${UML} ended with ${signal ?? `exit code ${code}`}\n`;
      resolve(defect);
    });
  });
}
