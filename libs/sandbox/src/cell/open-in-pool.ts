import type { SlotPool } from '../slot/slot-pool.js';
import { NativeCell, type NativeCellOptions } from './native-cell.js';

/** Opens a cell in the next free slot, which is free again when nothing of the cell is left. */
export async function openInPool(
  pool: SlotPool,
  options: Omit<NativeCellOptions, 'slot' | 'onGone'>,
  signal: AbortSignal,
): Promise<NativeCell> {
  const slot = await pool.acquire(signal);
  try {
    return new NativeCell({ ...options, slot, onGone: () => pool.release(slot) });
  } catch (error) {
    pool.release(slot);
    throw error;
  }
}
