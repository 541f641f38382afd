import { MalformedModule } from './binary/malformed-module.js';
import { PAGE_BYTES, pagesIn, resolveBounds, type ModuleBounds } from './bounds.js';
import { capGrowth } from './cap-growth.js';
import { decodeModule, type ModuleShape } from './decode-module.js';
import { refused, type Refused } from './refusal.js';
import { rewriteLimits } from './rewrite-limits.js';
import { checkExports } from './rules/check-exports.js';
import { checkFrame } from './rules/check-frame.js';
import { checkImports, versionsOf } from './rules/check-imports.js';
import { checkMemory, checkMemoryTypes } from './rules/check-memory.js';
import { checkTables } from './rules/check-tables.js';
import { checkThreads } from './rules/check-threads.js';
import type { WasiVersion } from './wasi-functions.js';

/** A function of WASI that a module imports. */
export interface WasiImport {
  readonly module: string;
  readonly name: string;
}

/** A module that may be compiled, in a cell: it is well framed, not proven valid. */
export interface Admitted {
  readonly kind: 'admitted';
  /** What is to be compiled: the module with lowered maxima, or the bytes given if nothing had to be lowered. */
  readonly module: Uint8Array;
  /** All functions of one version of WASI, in the module's order; one may be there several times. */
  readonly imports: readonly WasiImport[];
  /** Absent if the module imports nothing. */
  readonly wasiVersion?: WasiVersion;
  /** Of its memory. Unit: bytes. */
  readonly initialMemoryBytes: number;
  /** Up to which `memory.grow` succeeds. Unit: bytes. At most `memoryBytes`, or what the module itself declares. */
  readonly maximumMemoryBytes: number;
}

export type Admission = Admitted | Refused;

/**
 * Decides whether a module can run as a command of WASI preview1, and holds its memory and tables to their bounds. Only
 * looks at bytes and takes time in proportion to them, so it is safe beside secrets, where compiling would not be.
 *
 * @throws {RangeError} for bounds that are no integers ≥ 0; whatever the bytes are, they are admitted or refused.
 */
export function admitModule(bytes: Uint8Array, bounds: ModuleBounds): Admission {
  const resolved = resolveBounds(bounds);
  try {
    return checkFrame(bytes, resolved.maxModuleBytes) ?? decide(bytes, decodeModule(bytes), resolved);
  } catch (error) {
    if (!(error instanceof MalformedModule)) throw error;
    const remedy = 'Send the file as the linker wrote it, without proposals that Node does not run';
    return refused('malformed', `it is not well-formed: ${error.message}`, remedy);
  }
}

function decide(bytes: Uint8Array, shape: ModuleShape, bounds: Required<ModuleBounds>): Admission {
  return firstRefusal(shape, bounds) ?? admit(bytes, shape, bounds);
}

/** The first cause is told: those that say most of how the module was built come first. */
function firstRefusal(shape: ModuleShape, bounds: Required<ModuleBounds>): Refused | undefined {
  const { imports, memories, tables } = shape;
  const imported = imports.flatMap(({ what }) => (what.kind === 'memory' ? [what.limits] : []));
  const everyMemory = [...memories, ...imported];
  return (
    checkThreads(imports, everyMemory) ??
    checkMemoryTypes(everyMemory) ??
    checkImports(imports, bounds.wasiVersions) ??
    checkMemory(memories, bounds.memoryBytes) ??
    checkTables(tables, bounds.maxTableElements) ??
    checkExports(shape.exports)
  );
}

function admit(bytes: Uint8Array, shape: ModuleShape, bounds: Required<ModuleBounds>): Admitted {
  const [wasiVersion] = versionsOf(shape.imports);
  const { minimum = 0, maximum = Infinity } = shape.memories[0] ?? {};
  return {
    kind: 'admitted',
    module: rewriteLimits(bytes, capGrowth(shape, bounds)),
    imports: shape.imports.map(({ module, name }) => ({ module, name })),
    ...(wasiVersion === undefined ? {} : { wasiVersion }),
    initialMemoryBytes: minimum * PAGE_BYTES,
    maximumMemoryBytes: Math.min(maximum, pagesIn(bounds.memoryBytes)) * PAGE_BYTES,
  };
}
