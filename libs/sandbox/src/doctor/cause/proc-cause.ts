import type { Explanation } from '../explain.js';
import type { HostFacts } from '../host-facts.js';
import type { Failure } from './failure.js';

const PROC_STEPS = ['mount_proc', 'mount_cell_proc'];
const NAMED_MASKS = 3;

/**
 * A proc mount that is refused with EPERM where a tmpfs is allowed: no other proc is wholly visible
 * (mount_too_revealing in fs/namespace.c). What covers an empty directory does not count.
 */
export function procCause({ step, errno }: Failure, { procMasks }: HostFacts): Explanation | undefined {
  if (errno !== 'EPERM' || !PROC_STEPS.includes(step)) return undefined;
  if (procMasks.length === 0) return { code: 'no-whole-proc' };
  const masks = procMasks.slice(0, NAMED_MASKS).join(', ');
  const rest = procMasks.length - NAMED_MASKS;
  return { code: 'masked-proc', words: { masks: rest > 0 ? `${masks} and ${rest} more` : masks } };
}
