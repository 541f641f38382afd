import type { WasiVersion } from './wasi-functions.js';

const MiB = 1024 * 1024;

export const PAGE_BYTES = 64 * 1024;

/** What a module may be and become. */
export interface ModuleBounds {
  /** Its linear memory, at first and after growing. Unit: bytes; what is not a whole page of 64 KiB does not count. */
  readonly memoryBytes: number;
  /** The module itself, custom sections included. Unit: bytes. @default 64 MiB */
  readonly maxModuleBytes?: number;
  /** All its tables together, at first and after growing. Unit: elements, of some 30 bytes each. @default 1_000_000 */
  readonly maxTableElements?: number;
  /** The versions of WASI that can be served. @default both */
  readonly wasiVersions?: readonly WasiVersion[];
}

export const DEFAULT_MODULE_BOUNDS = {
  maxModuleBytes: 64 * MiB,
  maxTableElements: 1_000_000,
  wasiVersions: ['wasi_snapshot_preview1', 'wasi_unstable'],
} as const satisfies Omit<ModuleBounds, 'memoryBytes'>;

/** A memory with 32-bit addresses has no more. */
const MOST_PAGES = 65_536;

/** Fills in the defaults. @throws {RangeError} if a number is not an integer ≥ 0: no comparison with NaN refuses. */
export function resolveBounds(bounds: ModuleBounds): Required<ModuleBounds> {
  const resolved = { ...DEFAULT_MODULE_BOUNDS, ...bounds };
  for (const name of ['memoryBytes', 'maxModuleBytes', 'maxTableElements'] as const) {
    const value = resolved[name];
    if (Number.isSafeInteger(value) && value >= 0) continue;
    throw new RangeError(`Expected ${name} to be an integer ≥ 0, got ${value}`);
  }
  return resolved;
}

/** The pages that fit into a number of bytes. */
export function pagesIn(memoryBytes: number): number {
  return Math.min(Math.floor(memoryBytes / PAGE_BYTES), MOST_PAGES);
}
