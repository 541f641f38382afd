/**
 * The program that runs inside a cell, for one guest. libs/wasi/src/runner-protocol.ts says what it speaks with whom.
 *
 * The guest owns fds 0, 1 and 2. So nothing here may touch `process.stdin` and its like, which would make those pipes
 * non-blocking, and no error may reach the handler of Node, which writes to fd 2.
 */
import { readRunRequest } from './read-run-request.js';
import { writeSync } from 'node:fs';
import { init } from '@wasmer/wasi';
import { READY_LINE } from '../runner-protocol.js';
import { loadSetTimes, setTimesRoughly, type SetTimes } from './host/load-set-times.js';
import { runModule } from './run-module.js';

const REQUEST_FD = 3;
const RECORD_FD = 4;

/** Of sysexits(3): a failure of ours. Without a record it is one anyway. */
const EXIT_SOFTWARE = 70;

void main().then(exit, () => exit(EXIT_SOFTWARE));

/** Returns the exit code of the process. */
async function main(): Promise<number> {
  const setTimes = findSetTimes(process.argv[2]);
  await init();
  writeSync(RECORD_FD, READY_LINE);
  const request = readRunRequest(REQUEST_FD);
  if (request === undefined) return 0;
  const record = runModule(request.header, request.module, setTimes);
  writeSync(RECORD_FD, `${JSON.stringify(record)}\n`);
  return 0;
}

/** Without the addon, or where it cannot be loaded, times are a little off. */
function findSetTimes(addon: string | undefined): SetTimes {
  if (addon === undefined) return setTimesRoughly;
  try {
    return loadSetTimes(addon);
  } catch {
    return setTimesRoughly;
  }
}

/** Node's own way out runs handlers that nobody registered, and may wait. */
function exit(code: number): void {
  // Node keeps it for itself and its types do not name it.
  (process as unknown as { reallyExit(code: number): void }).reallyExit(code);
}
