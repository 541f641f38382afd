import type { Explanation } from '../explain.js';
import type { HostFacts, IdMapping } from '../host-facts.js';
import { isClone, lackingCapabilities, type Failure } from './failure.js';

const ID_STEPS = ['drop_groups', 'setgroups', 'uid_map', 'gid_map'];
const CAPABILITIES = { CAP_SETGID: 6, CAP_SETUID: 7 } as const;
/** Where there is no other uid, uid 0 itself is mapped, which Linux 5.12 has made a privilege. */
const OWN_MAP = { CAP_SETFCAP: 31 } as const;

/** Who this process is, and what its uid may do (user_namespaces(7)). */
export function identityCause(failure: Failure, facts: HostFacts): Explanation | undefined {
  const { uid, gid } = facts;
  if (isClone(failure) && failure.errno === 'EPERM' && !isMapped(facts)) {
    return { code: 'unmapped-ids', words: { uid, gid } };
  }
  return ID_STEPS.includes(failure.step) ? mapCause(failure, facts) : undefined;
}

function isMapped({ uid, gid, uidMap, gidMap, hasProc }: HostFacts): boolean {
  const contains = (map: readonly IdMapping[], id: number) =>
    map.some(({ inside, count }) => id >= inside && id < inside + count);
  return !hasProc || (contains(uidMap, uid) && contains(gidMap, gid));
}

/** Maps are files of /proc; and a worker that is uid 0 needs privileges for the uids of its slots. */
function mapCause({ errno }: Failure, facts: HostFacts): Explanation | undefined {
  if (!facts.hasProc) return { code: 'no-proc' };
  if (errno === 'EROFS') return { code: 'proc-read-only' };
  if (facts.uid !== 0 || errno !== 'EPERM') return undefined;
  const isAlone = facts.uidMap.every(({ inside, count }) => inside === 0 && count === 1);
  const missing = lackingCapabilities(facts, isAlone ? OWN_MAP : CAPABILITIES);
  if (missing.length === 0) return undefined;
  return { code: 'root-without-capabilities', words: { capabilities: missing.join(' and ') } };
}
