import type { Ability } from '../ability.js';
import type { Explanation } from '../explain.js';
import type { HostFacts } from '../host-facts.js';

/** A probe that failed. */
export interface Failure {
  readonly ability: Ability;
  readonly step: string;
  /** Name as in errno(3), or `killed`. */
  readonly errno: string;
  /** What the probe saw beside it. */
  readonly notes: Readonly<Record<string, number>>;
  /** Whether this kernel surely has the system call of the step. */
  readonly isProven: boolean;
}

/** Knows one mechanism: what it does to whom, and what shows that it was this one. */
export type CauseRule = (failure: Failure, facts: HostFacts) => Explanation | undefined;

/** Whether the process has a capability, by its number (linux/capability.h). */
export function hasCapability({ capabilities }: HostFacts, number: number): boolean {
  return ((BigInt(`0x${capabilities}`) >> BigInt(number)) & 1n) === 1n;
}

/** Names of those capabilities that the process does not have. */
export function lackingCapabilities(
  facts: HostFacts,
  numbers: Readonly<Record<string, number>>,
): readonly string[] {
  return Object.entries(numbers).flatMap(([name, number]) => (hasCapability(facts, number) ? [] : [name]));
}

/** A clone into new namespaces, of a slot or of a cell. */
export function isClone({ step }: Failure): boolean {
  return step === 'clone' || step === 'clone_cell' || step === 'unshare';
}
