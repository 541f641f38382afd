import type { Limits } from '../binary/limits.js';
import { PAGE_BYTES, pagesIn } from '../bounds.js';
import { refused, type Refused } from '../refusal.js';

/** What no memory may be, be it imported or the module's own. */
export function checkMemoryTypes(all: readonly Limits[]): Refused | undefined {
  if (all.some(({ is64Bit }) => is64Bit)) return refuse64Bit('memory');
  if (all.some(({ hasPageSize }) => hasPageSize)) {
    const remedy = 'Build it without the feature custom-page-sizes';
    return refused('custom-page-size', 'its memory has pages of another size than 64 KiB', remedy);
  }
  return undefined;
}

/** How many memories of its own a module has, and how large they are at first. One is wanted, see `checkExports`. */
export function checkMemory(memories: readonly Limits[], memoryBytes: number): Refused | undefined {
  if (memories.length > 1) {
    const why = `it has ${memories.length} memories, and one can be held to a limit`;
    return refused('several-memories', why, 'Build it without the feature multi-memory');
  }
  const pages = memories[0]?.minimum ?? 0;
  if (pages <= pagesIn(memoryBytes)) return undefined;
  const why = `its memory has ${pages * PAGE_BYTES} bytes at first and may have ${memoryBytes}`;
  const remedy =
    'Raise the memory limit of the job, or build it with less static data, a smaller stack (-z stack-size) or --initial-memory';
  return refused('memory-above-limit', why, remedy);
}

export function refuse64Bit(what: 'memory' | 'table'): Refused {
  return refused('wasm64', `it has a 64-bit ${what}`, 'Build it for wasm32');
}
