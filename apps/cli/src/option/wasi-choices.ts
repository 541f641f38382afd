import type { WasiEngine, WasiOptimization } from '@sandlot/contract';

/** Held by the contract's types: loading its schemas for the names would cost every client command. */
const ENGINES: Readonly<Record<WasiEngine, true>> = { wasmer: true, node: true };
const OPTIMIZATIONS: Readonly<Record<WasiOptimization, true>> = { start: true, throughput: true };

/** The contract's WASI engines, in its order. */
export const WASI_ENGINES = Object.keys(ENGINES) as readonly WasiEngine[]; // the keys are the names

/** What a module's compiler can be good at, in the contract's order. */
export const WASI_OPTIMIZATIONS = Object.keys(OPTIMIZATIONS) as readonly WasiOptimization[]; // so too
