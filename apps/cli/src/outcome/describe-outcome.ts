import type { Outcome } from '@sandlot/contract';
import { formatDuration } from '../option/duration.js';
import { formatSize } from '../option/size.js';
import { printable } from '../terminal/printable.js';

const CLOCK_TEXT = { wall: 'of wall time', cpu: 'of CPU time', idle: 'without progress' } as const;

/** Says in a few words how a payload ended. */
export function describeOutcome(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'exited':
      return `exited with code ${outcome.exitCode}`;
    case 'signaled':
      return `killed by ${outcome.signal}`;
    case 'timed-out':
      return `timed out after ${formatDuration(outcome.limitMs)} ${CLOCK_TEXT[outcome.clock]}`;
    case 'memory-exceeded':
      return `memory exceeded ${formatSize(outcome.limitBytes)}`;
    case 'output-exceeded':
      return `output on ${outcome.stream} exceeded ${formatSize(outcome.limitBytes)}`;
    case 'disk-exceeded':
      return `files exceeded ${formatSize(outcome.limitBytes)}`;
    case 'process-limit':
      return `more than ${outcome.limit} processes`;
    case 'forbidden-syscall':
      return `forbidden system call${outcome.syscall === undefined ? '' : ` ${outcome.syscall}`}`;
    case 'exec-failed':
      return printable(outcome.message);
    case 'wasm-trap':
      return `WebAssembly trap: ${printable(outcome.message)}`;
    case 'artifact-missing':
      return `artifact ${JSON.stringify(outcome.path)} is missing`;
    case 'cancelled':
      return 'cancelled';
    case 'deadline-passed':
      return 'its deadline passed before it ran';
    default:
      return outcome satisfies never;
  }
}
