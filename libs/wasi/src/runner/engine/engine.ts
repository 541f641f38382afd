import type { Thrown } from '../trap/describe-trap.js';
import type { Imports } from './guarded-imports.js';

/** How `_start` ended. */
export type StartResult =
  | { readonly kind: 'exited'; readonly exitCode: number }
  | { readonly kind: 'threw'; readonly thrown: Thrown };

/** Holds what does not concern files and time: arguments, environment, exit. */
export interface Engine {
  /** By the module name that the guest imports from. */
  readonly imports: Readonly<Record<string, Imports>>;
  start(instance: WebAssembly.Instance): StartResult;
}
