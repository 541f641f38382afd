/** The pages of 64 KiB that the scratch memory has. */
const PAGES = 5;

/**
 * The smallest module that exports a memory, since node:wasi takes a memory only with an instance around it. It also
 * exports an `_initialize` that does nothing.
 */
const MODULE = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  // A type without parameters and results; a function of it; a memory.
  ...[1, 4, 1, 0x60, 0, 0],
  ...[3, 2, 1, 0],
  ...[5, 3, 1, 0, PAGES],
  ...[7, 0x18, 2],
  ...[6, ...Buffer.from('memory'), 2, 0],
  ...[11, ...Buffer.from('_initialize'), 0, 0],
  ...[10, 4, 1, 2, 0, 0x0b],
);

/** Where things lie in the scratch memory. */
export const SCRATCH = {
  /** Results of a call. */
  result: 0,
  iovec: 256,
  path: 1024,
  secondPath: 8192,
  subscriptions: 16_384,
  events: 32_768,
  data: 65_536,
  dataBytes: (PAGES - 1) * 65_536,
} as const;

/** Different subscriptions that fit. A guest has three descriptors that can be waited for, in two directions. */
export const MAX_HOST_SUBSCRIPTIONS = 128;

/** An instance of {@link MODULE}. */
export function instantiateScratch(): WebAssembly.Instance {
  return new WebAssembly.Instance(new WebAssembly.Module(MODULE));
}
