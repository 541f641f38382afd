/**
 * What V8 takes of each kind in one module (its `wasm-limits.h`; of imports and exports, the smaller number that Node 20 has).
 * Here they bound what decoding holds in memory.
 */
export const MOST = {
  types: 1_000_000,
  parameters: 1000,
  results: 1000,
  fields: 10_000,
  imports: 100_000,
  functions: 1_000_000,
  tables: 100_000,
  memories: 100_000,
  exports: 100_000,
} as const;
