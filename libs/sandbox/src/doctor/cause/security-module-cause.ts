import type { Explanation } from '../explain.js';
import type { HostFacts } from '../host-facts.js';
import type { Failure } from './failure.js';

/** AppArmor and SELinux refuse with EACCES; the label tells which of them. */
export function securityModuleCause({ errno }: Failure, facts: HostFacts): Explanation | undefined {
  const { securityLabel: label, isSelinuxEnforcing } = facts;
  if (errno !== 'EACCES' || label === undefined) return undefined;
  if (isSelinuxEnforcing) return { code: 'selinux', words: { label } };
  if (label.startsWith('unconfined')) return undefined;
  return { code: 'apparmor-profile', words: { label } };
}
