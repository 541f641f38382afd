/**
 * The program that runs inside a cell, for one guest. libs/wasi/src/runner-protocol.ts says what it speaks with whom.
 *
 * The guest owns fds 0, 1 and 2. So nothing here may touch `process.stdin` and its like, which would make those pipes
 * non-blocking, and no error may reach the handler of Node, which writes to fd 2.
 */
import { writeSync } from 'node:fs';
import { init } from '@wasmer/wasi';
import { READY_LINE, type RunRecord } from '../runner-protocol.js';
import type { Exit } from './engine/exit-import.js';
import { loadLibc } from './host/libc.js';
import { readRunRequest } from './read-run-request.js';
import { runModule } from './run-module.js';
import { warmUp } from './warm-up.js';

const REQUEST_FD = 3;
const RECORD_FD = 4;

/** Of sysexits(3): a failure of ours. That there is no record says the same. */
const EXIT_SOFTWARE = 70;

const libc = loadLibc(process.argv[2]);

void main().then(
  () => libc.exit(0),
  () => libc.exit(EXIT_SOFTWARE),
);

async function main(): Promise<void> {
  await init();
  warmUp(libc.setTimes);
  writeSync(RECORD_FD, READY_LINE);
  const request = readRunRequest(REQUEST_FD);
  if (request === undefined) return;
  const exit: Exit = (exitCode) => end({ kind: 'exited', exitCode });
  end(runModule(request.header, request.module, { setTimes: libc.setTimes, exit }));
}

/** Tells how the run ended, and ends with it, however deep in the guest this is. */
function end(record: RunRecord): never {
  writeSync(RECORD_FD, `${JSON.stringify(record)}\n`);
  return libc.exit(0);
}
