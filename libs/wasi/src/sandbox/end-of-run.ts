import type { StepEnd, StepObservation } from '@sandlot/engine';
import type { RunRecord } from '../runner-protocol.js';

const MAX_EXIT_CODE = 255;

/**
 * How a module ended. The word of its runner counts if that ended by itself and well; a runner that was killed, or failed,
 * ended as wait(2) says. The record may be the module's own work, should it have broken out into the runner: it then lies
 * about itself and about nobody else.
 *
 * @param path of the module.
 */
export function endOf(
  { end, killed }: Pick<StepObservation, 'end' | 'killed'>,
  record: RunRecord | undefined,
  path: string,
): StepEnd {
  if (killed !== undefined || end.kind !== 'exited') return end;
  if (end.exitCode !== 0 || record === undefined) return silentEnd(end.exitCode);
  switch (record.kind) {
    case 'exited':
      return exitOf(record.exitCode);
    case 'trapped':
      return record;
    case 'refused':
      return { kind: 'exec-failed', path, errno: 'ENOEXEC', message: record.message };
    default:
      return record satisfies never;
  }
}

/** A module's code has 32 bits, and wait(2) would cut 256 to 0, which is success: all that is beyond becomes 255. */
function exitOf(code: number): StepEnd {
  return code <= MAX_EXIT_CODE
    ? { kind: 'exited', exitCode: code }
    : { kind: 'exited', exitCode: MAX_EXIT_CODE, wasiExitCode: code };
}

function silentEnd(exitCode: number): StepEnd {
  const message = `The runner of the module ended without saying how the module had (exit code ${exitCode})`;
  return { kind: 'trapped', trap: 'other', message };
}
