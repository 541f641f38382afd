import type { Explanation } from '../explain.js';
import type { HostFacts } from '../host-facts.js';
import { isClone, type Failure } from './failure.js';

/** Which sysctl limits what an ability needs; without one of its own, that of user namespaces. */
const SYSCTL_OF: Readonly<Record<string, string>> = {
  'mount-namespace': 'user.max_mnt_namespaces',
  'pid-namespace': 'user.max_pid_namespaces',
  'net-namespace': 'user.max_net_namespaces',
  'uts-namespace': 'user.max_uts_namespaces',
  'ipc-namespace': 'user.max_ipc_namespaces',
  'cgroup-namespace': 'user.max_cgroup_namespaces',
};

/** Counts of processes: EAGAIN; of namespaces: ENOSPC (clone(2), namespaces(7)). */
export function limitCause(failure: Failure, facts: HostFacts): Explanation | undefined {
  const { sysctls, uid, processLimit: limit = 'unlimited' } = facts;
  if (failure.errno === 'EAGAIN' && (isClone(failure) || failure.step === 'fork')) {
    return { code: 'process-limit-reached', words: { limit, uid } };
  }
  if (failure.errno !== 'ENOSPC' || !isClone(failure)) return undefined;
  const sysctl = SYSCTL_OF[failure.ability] ?? 'user.max_user_namespaces';
  if (sysctls[sysctl] === 0) return { code: 'namespace-limit-zero', words: { sysctl } };
  return { code: 'namespace-limit-reached' };
}
