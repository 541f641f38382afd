import { ERRNO, errnoOf } from '../errno.js';
import type { Calls } from '../calls/call-context.js';
import { isStackOverflow } from '../trap/is-stack-overflow.js';

/** Functions as a guest imports them. */
export type Imports = Readonly<Record<string, WebAssembly.ImportValue>>;

/**
 * Makes imports of calls: numbers that WebAssembly hands over signed become unsigned, and what a call throws becomes
 * its errno. A stack that is used up is the guest's, which recurses; it alone goes through.
 */
export function guardedImports(calls: Calls): Imports {
  return Object.fromEntries(Object.entries(calls).map(([name, call]) => [name, guard(call)]));
}

function guard(call: Calls[string]): WebAssembly.ImportValue {
  return (...args: (number | bigint)[]) => {
    try {
      for (let index = 0; index < args.length; index += 1) args[index] = toUnsigned(args[index] ?? 0);
      // What a call takes is fixed by the interface, as is what the linker lets a guest pass.
      call(...(args as never[]));
      return ERRNO.success;
    } catch (error) {
      if (isStackOverflow(error)) throw error;
      return errnoOf(error);
    }
  };
}

function toUnsigned(value: number | bigint): number | bigint {
  return typeof value === 'number' ? value >>> 0 : BigInt.asUintN(64, value);
}
