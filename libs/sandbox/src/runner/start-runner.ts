import type { RunnerProgram } from '@sandlot/engine';
import { openInPool } from '../cell/open-in-pool.js';
import type { NativeCell } from '../cell/native-cell.js';
import type { FilterSource } from '../seccomp/compiled-profiles.js';
import type { SlotPool } from '../slot/slot-pool.js';
import { HELD_LIMITS } from './runner-limits.js';

export interface RunnerMeans {
  readonly pool: SlotPool;
  readonly program: RunnerProgram;
  readonly profiles: FilterSource;
}

/** Starts a runner in a cell of its own, as far as that it waits for a job. @throws why it never will. */
export async function startRunner(
  { pool, program, profiles }: RunnerMeans,
  signal: AbortSignal,
): Promise<NativeCell> {
  const plan = { limits: HELD_LIMITS, files: [] };
  const cell = await openInPool(pool, { plan, runner: program, profiles }, signal);
  const onAbort = () => void cell.close();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await cell.whenHeld();
    signal.throwIfAborted();
    return cell;
  } catch (error) {
    await cell.close();
    // Closed because of it, the cell says that its runner died.
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
