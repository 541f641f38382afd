import type { Explanation } from '../explain.js';
import type { HostFacts } from '../host-facts.js';
import { lackingCapabilities, type Failure } from './failure.js';

/** Abilities that a kernel or an installation may well lack. */
export function optionalCause(failure: Failure, facts: HostFacts): Explanation | undefined {
  switch (failure.ability) {
    case 'landlock':
      return landlockCause(failure, facts);
    case 'overlay':
      return overlayCause(failure, facts);
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

/** EINVAL is all that the kernel says of mounts below, of a file system it does not take and of too many overlays. */
function overlayCause({ step, errno }: Failure, facts: HostFacts): Explanation | undefined {
  if (errno === 'ENODEV') return { code: 'no-overlay', words: { kernel: facts.kernel } };
  if (errno !== 'EINVAL') return undefined;
  const mounts = facts.programMounts.filter((path) => path.startsWith(`${step}/`));
  if (mounts.length > 0) return { code: 'mounts-in-programs', words: { mounts: mounts.join(', ') } };
  return { code: 'overlay-refused', words: { step, errno } };
}

/** EOPNOTSUPP: built in, but switched off at boot (landlock_create_ruleset(2)). */
function landlockCause({ errno }: Failure, { seccomp }: HostFacts): Explanation | undefined {
  return errno === 'ENOTSUP' || (errno === 'ENOSYS' && seccomp === 0) ? { code: 'no-landlock' } : undefined;
}

/**
 * What a helper that is set-user-ID takes. One with CAP_SETUID or CAP_SETGID of its own (capabilities(7)) works as the
 * user who owns the namespace, and does without the other two.
 */
const HELPERS_NEED = { CAP_DAC_OVERRIDE: 1, CAP_SETGID: 6, CAP_SETUID: 7, CAP_SYS_ADMIN: 21 } as const;

function subIdsCause({ step, errno }: Failure, facts: HostFacts): Explanation | undefined {
  const { gid, user, noNewPrivs, boundingSet } = facts;
  if (step === 'range') return rangeCause(facts);
  if (step !== 'newuidmap' && step !== 'newgidmap') return undefined;
  if (errno === 'ENOENT') return { code: 'no-id-map-helper', words: { step } };
  if (noNewPrivs) return { code: 'id-map-helper-without-privilege', words: { step } };
  const missing = lackingCapabilities({ ...facts, capabilities: boundingSet }, HELPERS_NEED);
  if (missing.length === 0) return { code: 'id-map-helper-refused', words: { step, user, gid } };
  return { code: 'id-map-helper-bounded', words: { step, capabilities: missing.join(', ') } };
}

/** No range that could be tried: there is none, or none whose ids exist in this user namespace. */
function rangeCause({ uid, user, subordinateIds: { uids, gids } }: HostFacts): Explanation {
  if (uid === 0) return { code: 'no-other-ids' };
  const hasBoth = uids.length > 0 && gids.length > 0;
  return { code: hasBoth ? 'sub-ids-not-mapped' : 'no-sub-ids', words: { user } };
}
