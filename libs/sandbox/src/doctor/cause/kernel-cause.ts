import type { Explanation } from '../explain.js';
import type { HostFacts } from '../host-facts.js';
import { isClone, type Failure } from './failure.js';

/** A call that this kernel does not know, or a kind of namespace or filter that it was built without. */
export function kernelCause(failure: Failure, { seccomp, kernel }: HostFacts): Explanation | undefined {
  const isUnknown = failure.errno === 'ENOSYS' && seccomp === 0;
  const isUnknownFlag = failure.errno === 'EINVAL' && (isClone(failure) || failure.step === 'seccomp');
  return isUnknown || isUnknownFlag ? { code: 'kernel-too-old', words: { kernel } } : undefined;
}
