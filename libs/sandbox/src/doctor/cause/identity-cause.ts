import type { Explanation } from '../explain.js';
import type { HostFacts } from '../host-facts.js';
import { hasCapability, type Failure } from './failure.js';

const ID_STEPS = ['drop_groups', 'setgroups', 'uid_map', 'gid_map'];
const CAPABILITIES = { CAP_SETGID: 6, CAP_SETUID: 7 } as const;
/** Where there is no other uid, uid 0 itself is mapped, which Linux 5.12 has made a privilege. */
const OWN_MAP = { CAP_SETFCAP: 31 } as const;

/** A worker that is uid 0 needs privileges for the uids of its slots (user_namespaces(7)). */
export function identityCause({ step, errno }: Failure, facts: HostFacts): Explanation | undefined {
  if (facts.uid !== 0 || errno !== 'EPERM' || !ID_STEPS.includes(step)) return undefined;
  const isAlone = facts.uidMap.every(({ inside, count }) => inside === 0 && count === 1);
  const missing = Object.entries(isAlone ? OWN_MAP : CAPABILITIES).flatMap(([name, number]) =>
    hasCapability(facts, number) ? [] : [name],
  );
  if (missing.length === 0) return undefined;
  return { code: 'root-without-capabilities', words: { capabilities: missing.join(' and ') } };
}
