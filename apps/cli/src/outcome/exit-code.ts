import { constants } from 'node:os';
import type { JobDocument, Outcome } from '@sandlot/contract';

/** The payload ran into a limit of time, as timeout(1) says it. */
export const EXIT_TIMED_OUT = 124;
/** Sandlot failed, or was called wrongly: nothing is said about the payload. As docker run and env(1) say it. */
export const EXIT_SANDLOT_FAILED = 125;
/** The payload was found but cannot be executed (shells, env(1)). */
export const EXIT_NOT_EXECUTABLE = 126;
/** The payload was not found (shells, env(1)). */
export const EXIT_NOT_FOUND = 127;

/** What a shell reports for a death by `signal`: 128 + its number. */
export function signalExitCode(signal: string): number {
  const numbers: Readonly<Record<string, number>> = constants.signals;
  // Real-time signals have no name and come as SIG40.
  return 128 + (numbers[signal] ?? Number(/^SIG(\d+)$/.exec(signal)?.[1] ?? 0));
}

/** The exit code that tells a shell how a payload ended. */
export function outcomeExitCode(outcome: Outcome): number {
  switch (outcome.kind) {
    case 'exited':
      return outcome.exitCode;
    case 'signaled':
      return signalExitCode(outcome.signal);
    case 'timed-out':
    case 'deadline-passed':
      return EXIT_TIMED_OUT;
    case 'memory-exceeded':
    case 'output-exceeded':
    case 'disk-exceeded':
    case 'process-limit':
      return signalExitCode('SIGKILL');
    case 'forbidden-syscall':
      return signalExitCode('SIGSYS');
    case 'exec-failed':
      return outcome.errno === 'ENOENT' || outcome.errno === 'ENOTDIR' ? EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE;
    case 'wasm-trap':
      return signalExitCode('SIGABRT');
    case 'artifact-missing':
      return 1;
    case 'cancelled':
      return signalExitCode('SIGINT');
    default:
      return outcome satisfies never;
  }
}

/** The exit code of a finished job. One that is `dead` says nothing about its payload: Sandlot failed at it. */
export function jobExitCode({ state, outcome }: Pick<JobDocument, 'state' | 'outcome'>): number {
  if (outcome !== undefined) return outcomeExitCode(outcome);
  if (state === 'expired') return EXIT_TIMED_OUT;
  return state === 'cancelled' ? signalExitCode('SIGINT') : EXIT_SANDLOT_FAILED;
}
