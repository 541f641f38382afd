import { ERRNO, fail } from '../errno.js';

/** The two versions of the interface. They differ in the layout of three structures and in the numbers of whence. */
export type Abi = 'preview1' | 'unstable';

/** The module name of each version's imports. */
export const NAMESPACES: Readonly<Record<Abi, string>> = {
  preview1: 'wasi_snapshot_preview1',
  unstable: 'wasi_unstable',
};

/** Where to move to, in the numbers of preview1. */
export const WHENCE = { set: 0, cur: 1, end: 2 } as const;

const UNSTABLE_WHENCE = [WHENCE.cur, WHENCE.end, WHENCE.set] as const;

/** The number that preview1 has for a whence. */
export function toWhence(abi: Abi, value: number): number {
  const numbers = abi === 'preview1' ? Object.values(WHENCE) : UNSTABLE_WHENCE;
  return numbers[value] ?? fail(ERRNO.inval);
}
