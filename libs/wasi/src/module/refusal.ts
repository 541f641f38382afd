/** Every reason for which a module is not run. The README of this lib has a row for each. */
export const MODULE_REFUSALS = [
  'not-webassembly',
  'component',
  'malformed',
  'too-large',
  'threads',
  'shared-memory',
  'wasm64',
  'custom-page-size',
  'imported-memory',
  'import-not-function',
  'unknown-import',
  'mixed-wasi-versions',
  'wrong-import-signature',
  'several-memories',
  'memory-above-limit',
  'tables-above-limit',
  'no-start',
  'command-and-reactor',
  'wrong-start-signature',
  'no-memory',
] as const;

export type ModuleRefusal = (typeof MODULE_REFUSALS)[number];

/** A module that is not run. `message` says what, why and what to do; what it quotes of the module is escaped and cut. */
export interface Refused {
  readonly kind: 'refused';
  readonly reason: ModuleRefusal;
  readonly message: string;
}

/**
 * Words a refusal.
 *
 * @param why a clause without a full stop, which follows `Cannot run the module: `.
 * @param remedy a sentence, without its full stop.
 */
export function refused(reason: ModuleRefusal, why: string, remedy: string): Refused {
  return { kind: 'refused', reason, message: `Cannot run the module: ${why}. ${remedy}.` };
}
