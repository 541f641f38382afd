import { ERRNO } from '../errno.js';
import type { GuestMemory } from '../guest/guest-memory.js';
import { isStackOverflow } from '../trap/is-stack-overflow.js';
import type { Imports } from './guarded-imports.js';
import { requireHeadroom } from './require-headroom.js';

/** A call of the interface, as @wasmer/wasi has it: it returns an errno. */
type WasmerCall = (...args: number[]) => number;

/** Addresses and lengths that a call writes to. */
type Ranges = (first: number, second: number) => readonly (readonly [address: number, length: number])[];

const U32_BYTES = 4;

/**
 * The calls of @wasmer/wasi that are used, made safe against the guest. Its files, its waiting and its exit are not
 * (docs/decisions/0015). An address beyond the memory, or a stack that ends within them,
 * makes the package panic, which is a trap of its own module and not to be told from one of the guest's.
 */
export function guardedWasmerCalls(
  calls: Imports,
  memory: GuestMemory,
  strings: { readonly args: readonly string[]; readonly env: readonly string[] },
): Imports {
  const ranges: Readonly<Record<string, Ranges>> = {
    args_sizes_get: sizesRanges,
    args_get: stringsRanges(strings.args),
    environ_sizes_get: sizesRanges,
    environ_get: stringsRanges(strings.env),
  };
  const guarded = Object.entries(ranges).flatMap(([name, written]) => {
    const call = calls[name];
    // All that an engine is asked for are functions.
    return call === undefined ? [] : [[name, guard(name, call as WasmerCall, { memory, written })]];
  });
  return Object.fromEntries(guarded) as Imports;
}

const sizesRanges: Ranges = (count, length) => [
  [count, U32_BYTES],
  [length, U32_BYTES],
];

function stringsRanges(strings: readonly string[]): Ranges {
  const bytes = strings.reduce((sum, text) => sum + Buffer.byteLength(text) + 1, 0);
  return (pointers, address) => [
    [pointers, strings.length * U32_BYTES],
    [address, bytes],
  ];
}

function guard(
  name: string,
  call: WasmerCall,
  { memory, written }: { readonly memory: GuestMemory; readonly written: Ranges },
): WasmerCall {
  return (first = 0, second = 0) => {
    requireHeadroom();
    const isWithin = written(first >>> 0, second >>> 0).every((range) => memory.has(...range));
    if (!isWithin) return ERRNO.fault;
    try {
      return call(first, second);
    } catch (error) {
      if (isStackOverflow(error)) throw error;
      // Its own words would be those of a trap.
      throw new Error(`@wasmer/wasi failed in ${name}`, { cause: error });
    }
  };
}
