import type { ModuleImport } from '../binary/import-section.js';
import type { Limits } from '../binary/limits.js';
import { refused, type Refused } from '../refusal.js';

/** Threads of a guest would be threads of the runner, and a memory that they share cannot be moved or measured. */
export function checkThreads(
  imports: readonly ModuleImport[],
  memories: readonly Limits[],
): Refused | undefined {
  if (imports.some(({ module, name }) => module === 'wasi' && name === 'thread-spawn')) {
    const remedy = 'Build it without -pthread, for wasm32-wasi instead of wasm32-wasi-threads';
    return refused('threads', 'it starts threads ("wasi"."thread-spawn"), and there are none', remedy);
  }
  if (!memories.some(({ isShared }) => isShared)) return undefined;
  const remedy = 'Build it without -pthread and --shared-memory';
  return refused('shared-memory', 'its memory is shared between threads, and there are none', remedy);
}
