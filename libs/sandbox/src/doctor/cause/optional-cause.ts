import type { Explanation } from '../explain.js';
import type { HostFacts } from '../host-facts.js';
import type { Failure } from './failure.js';

/** Abilities that a kernel or an installation may well lack. */
export function optionalCause(failure: Failure, facts: HostFacts): Explanation | undefined {
  switch (failure.ability) {
    case 'landlock':
      return landlockCause(failure, facts);
    case 'overlay':
      return failure.errno === 'ENODEV' || (failure.errno === 'EINVAL' && facts.seccomp === 0)
        ? { code: 'no-overlay', words: { kernel: facts.kernel } }
        : undefined;
    case 'sub-ids':
      return subIdsCause(failure, facts);
    case 'sealed-exec':
      if (failure.step === 'open_self' && !facts.hasProc) return { code: 'no-proc' };
      return failure.errno === 'EACCES' && facts.sysctls['vm.memfd_noexec'] === 2
        ? { code: 'memfd-noexec' }
        : undefined;
    default:
      return undefined;
  }
}

/** EOPNOTSUPP: built in, but switched off at boot (landlock_create_ruleset(2)). */
function landlockCause({ errno }: Failure, { seccomp }: HostFacts): Explanation | undefined {
  return errno === 'ENOTSUP' || (errno === 'ENOSYS' && seccomp === 0) ? { code: 'no-landlock' } : undefined;
}

function subIdsCause({ step, errno }: Failure, { user, noNewPrivs }: HostFacts): Explanation | undefined {
  if (step === 'range') return { code: 'no-sub-ids', words: { user } };
  if (step !== 'newuidmap' && step !== 'newgidmap') return undefined;
  if (errno === 'ENOENT') return { code: 'no-id-map-helper', words: { step } };
  return noNewPrivs ? { code: 'id-map-helper-without-privilege', words: { step } } : undefined;
}
