/** What a filter does with a system call (seccomp(2)): lets it pass, fails it with an errno, ends the process. */
export type Action = 'allow' | 'kill' | { readonly errno: number };

export type Comparison = 'ne' | 'lt' | 'le' | 'eq' | 'ge' | 'gt';

/** A test of one argument, taken as 64 bits without a sign. With `mask`, `(argument & mask)` is compared, by `eq`. */
export interface ArgumentTest {
  /** Range 0–5. */
  readonly index: number;
  readonly comparison: Comparison;
  readonly value: bigint;
  readonly mask?: bigint;
}

/** A rule holds for a system call if all its tests do. Of several rules for one call one has to. */
export interface SyscallRule {
  readonly name: string;
  readonly action: Action;
  /** At most one of each argument. @default none: whatever the arguments */
  readonly tests?: readonly ArgumentTest[];
}

/**
 * A filter for the architecture at hand. Calls of any other kill the process; calls that the library has no name for are
 * answered as the kernel answers those that it does not have, by ENOSYS.
 */
export interface FilterSpec {
  readonly rules: readonly SyscallRule[];
  /** For calls that no rule holds for. */
  readonly otherwise: Action;
}
