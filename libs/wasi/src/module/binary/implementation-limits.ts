/**
 * What engines take of each kind, in one module (WebAssembly JavaScript interface, "Implementation-defined limits"; of
 * imports, the smaller number of V8 up to Node 20). A module with more would not compile; here they bound what
 * decoding holds in memory.
 */
export const MOST = {
  types: 1_000_000,
  parameters: 1000,
  results: 1000,
  fields: 10_000,
  imports: 100_000,
  functions: 1_000_000,
  tables: 100_000,
  memories: 100,
  exports: 1_000_000,
} as const;
