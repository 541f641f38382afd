import { ERRNO, fail } from '../errno.js';
import type { GuestMemory } from './guest-memory.js';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** PATH_MAX, which counts the NUL that a path gets at the end. */
const MAX_PATH_BYTES = 4095;

/** A path as the guest gives it: UTF-8 without a NUL, which would cut it for the kernel. */
export function readGuestPath(memory: GuestMemory, address: number, length: number): string {
  const bytes = memory.slice(address, length);
  if (length === 0) return fail(ERRNO.noent);
  if (length > MAX_PATH_BYTES) return fail(ERRNO.nametoolong);
  if (bytes.includes(0)) return fail(ERRNO.inval);
  try {
    return utf8.decode(bytes);
  } catch {
    return fail(ERRNO.ilseq);
  }
}
