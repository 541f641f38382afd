import type { ModuleShape } from '../decode-module.js';
import { refused, type Refused } from '../refusal.js';

const PLAIN = '() -> ()';
const BUILD_COMMAND =
  'Build a command: with main(), and without -mexec-model=reactor, --no-entry or crate-type cdylib';

/** A command of WASI: it exports `_start`, is no reactor, and lets its host at its memory. */
export function checkExports(exports: ModuleShape['exports']): Refused | undefined {
  return checkStart(exports) ?? checkMemoryExport(exports);
}

function checkStart(exports: ModuleShape['exports']): Refused | undefined {
  const start = exports.get('_start');
  const isReactor = exports.has('_initialize');
  if (start?.kind !== 'function') {
    const reason = isReactor
      ? ': it exports _initialize, so it is a reactor, a library that others call'
      : '';
    return refused('no-start', `it exports no function _start${reason}`, BUILD_COMMAND);
  }
  if (isReactor) {
    const why = 'it exports _start as a command does and _initialize as a reactor does';
    return refused('command-and-reactor', why, BUILD_COMMAND);
  }
  if (start.signature === PLAIN) return undefined;
  const why = `its _start is ${start.signature}, and a command's is ${PLAIN}`;
  return refused('wrong-start-signature', why, 'Leave _start to the C library or runtime, and write main()');
}

function checkMemoryExport(exports: ModuleShape['exports']): Refused | undefined {
  if (exports.get('memory')?.kind === 'memory') return undefined;
  const why = 'it exports no memory with the name "memory", through which WASI takes and gives all data';
  return refused('no-memory', why, 'Export it: linkers for WASI do, unless told otherwise');
}
