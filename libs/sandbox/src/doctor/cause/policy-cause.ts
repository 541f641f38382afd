import { abilityInfo } from '../ability.js';
import type { Explanation } from '../explain.js';
import type { HostFacts } from '../host-facts.js';
import { hasCapability, isClone, type Failure } from './failure.js';

const CAP_SYS_ADMIN = 21;

/** Settings of a host about who may make user namespaces. */
export function policyCause(failure: Failure, facts: HostFacts): Explanation | undefined {
  const isUserClone = failure.ability === 'user-namespace' && isClone(failure);
  if (isUserClone && failure.errno === 'EPERM') {
    if (facts.isChrooted) return { code: 'chrooted' };
    const isForbidden = facts.sysctls['kernel.unprivileged_userns_clone'] === 0;
    if (isForbidden && !hasCapability(facts, CAP_SYS_ADMIN)) return { code: 'unprivileged-userns-clone' };
  }
  return isRestrictedByAppArmor(failure, facts) ? { code: 'apparmor-user-namespaces' } : undefined;
}

/**
 * Ubuntu's kernel either refuses the namespace or lets it be made without capabilities, so that only what is done
 * inside fails. A filter that refuses the clone itself has come before it.
 */
function isRestrictedByAppArmor(failure: Failure, facts: HostFacts): boolean {
  if (facts.sysctls['kernel.apparmor_restrict_unprivileged_userns'] !== 1) return false;
  if (!(facts.securityLabel ?? 'unconfined').startsWith('unconfined')) return false;
  if (facts.seccomp !== 0 && isClone(failure)) return false;
  if (abilityInfo(failure.ability).needs === undefined) return false;
  return failure.errno === 'EPERM' || failure.errno === 'EACCES';
}
