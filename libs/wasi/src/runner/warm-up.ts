import { RUN_ENGINES } from '../runner-protocol.js';
import type { SetTimes } from './host/libc.js';
import { runModule } from './run-module.js';

/** Calls with two numbers and an errno, which is passed over. */
const CALLS = ['args_sizes_get', 'environ_sizes_get', 'random_get', 'fd_prestat_get'];

/** Where a result may go. */
const ADDRESS = 64;

const I32 = 0x7f;
const CONST = 0x41;
const CALL = 0x10;
const DROP = 0x1a;
const END = 0x0b;

/**
 * Runs a guest that does next to nothing with each engine, before anybody waits: V8 compiles functions when they are
 * called first, those of the runner and those inside @wasmer/wasi, and that is most of what a small guest would wait for.
 */
export function warmUp(setTimes: SetTimes): void {
  const module = smallGuest();
  for (const engine of RUN_ENGINES) {
    runModule({ engine, args: ['warm-up'], env: ['A=B'], preopens: [] }, module, { setTimes, exit: leave });
  }
}

/** Here the process goes on: the guest traps. */
function leave(): never {
  throw new Error('exit');
}

/** A module that makes every call of {@link CALLS}, then exits. */
function smallGuest(): Uint8Array {
  const types = [3, ...[0x60, 2, I32, I32, 1, I32], ...[0x60, 1, I32, 0], ...[0x60, 0, 0]];
  const imports = [...CALLS.map((name) => importOf(name, 0)), importOf('proc_exit', 1)];
  const start = imports.length;
  const calls = CALLS.flatMap((_, index) => [CONST, 0, CONST, ADDRESS - 1, CALL, index, DROP]);
  const body = [0, ...calls, CONST, 0, CALL, CALLS.length, END];
  return Uint8Array.of(
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, types),
    ...section(2, [imports.length, ...imports.flat()]),
    ...section(3, [1, 2]),
    ...section(5, [1, 0, 1]),
    ...section(7, [2, ...text('memory'), 2, 0, ...text('_start'), 0, start]),
    ...section(10, [1, body.length, ...body]),
  );
}

function importOf(name: string, type: number): readonly number[] {
  return [...text('wasi_snapshot_preview1'), ...text(name), 0, type];
}

function text(name: string): readonly number[] {
  return [name.length, ...Buffer.from(name)];
}

/** Lengths have 7 bits a byte. */
function section(id: number, content: readonly number[]): readonly number[] {
  return [id, (content.length & 127) | 128, content.length >> 7, ...content];
}
