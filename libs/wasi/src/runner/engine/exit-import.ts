import type { Imports } from './guarded-imports.js';
import { requireHeadroom } from './require-headroom.js';

/** Ends the run with a code of 32 bits. It does not return. */
export type Exit = (exitCode: number) => never;

/**
 * proc_exit, which never returns to the guest. So the run ends inside of it: an exception of ours a guest could catch
 * (`catch_all`), and go on.
 */
export function exitImport(exit: Exit): Imports {
  return {
    proc_exit: (exitCode: number) => {
      requireHeadroom();
      exit(exitCode >>> 0);
    },
  };
}
