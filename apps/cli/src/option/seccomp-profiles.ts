import type { SeccompProfile } from '@sandlot/contract';

/** Held by the contract's type: loading its schemas for the names would cost every client command. */
const NAMES: Readonly<Record<SeccompProfile, true>> = { default: true, strict: true, operator: true };

/** The contract's system call profiles, in its order. */
export const SECCOMP_PROFILES = Object.keys(NAMES) as readonly SeccompProfile[]; // the keys are the names
