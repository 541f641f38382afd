import { constants } from 'node:os';
import type { Explanation } from '../explain.js';
import type { HostFacts } from '../host-facts.js';
import { KILLED } from '../probe-line.js';
import type { Failure } from './failure.js';

const FILTER = 2;

/** The seccomp filter that this process was started with. Its answers tell who has written it. */
export function filterCause(failure: Failure, facts: HostFacts): Explanation | undefined {
  if (facts.seccomp !== FILTER || !isAnswerOfFilter(failure)) return undefined;
  if (facts.container === undefined) return { code: 'seccomp-service' };
  return { code: unshareErrno(failure) === constants.errno.ENOSYS ? 'seccomp-crio' : 'seccomp-docker' };
}

function isAnswerOfFilter({ errno, notes }: Failure): boolean {
  if (errno === KILLED) return notes['signal'] === constants.signals.SIGSYS;
  return errno === 'EPERM' || errno === 'ENOSYS';
}

/** What unshare(2) said; where it was not asked, what the call at hand did. */
function unshareErrno({ errno, notes }: Failure): number {
  return notes['unshare'] ?? (errno === 'ENOSYS' ? constants.errno.ENOSYS : constants.errno.EPERM);
}
