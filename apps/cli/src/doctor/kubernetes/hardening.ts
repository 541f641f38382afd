import type { Finding, HostFacts } from '@sandlot/sandbox';
import { isInHostUsers } from './host-users.js';
import type { PodFacts } from './read-pod.js';
import type { PodSettingName } from './pod-setting.js';

/** Those that SANDLOT_RUN_AS takes: CHOWN, SETGID and SETUID, by their numbers (capabilities(7)). */
const RUN_AS_CAPABILITIES = (1n << 0n) | (1n << 6n) | (1n << 7n);

/** What this process shows of its pod. */
export interface Seen {
  readonly host: HostFacts;
  readonly findings: readonly Finding[];
  readonly pod: PodFacts;
}

/**
 * Settings that are not in effect though nothing fails for want of them: with them, who broke out of a cell could do less.
 * That `runAsNonRoot` is there nobody sees from inside, where the user is another anyway.
 */
export function hardeningOf(seen: Seen): readonly PodSettingName[] {
  // The closed record has no other keys.
  const names = Object.keys(LACKS) as (keyof typeof LACKS)[];
  return names.filter((name) => LACKS[name](seen));
}

const LACKS = {
  hostUsers: ({ host }) => isInHostUsers(host),
  runAs: ({ host }) => isMeantToBecomeAnother(host),
  runAsUser: ({ host }) => (host.uid === 0 || host.gid === 0) && !isMeantToBecomeAnother(host),
  seccompProfile: ({ host }) => host.seccomp === 0,
  appArmorProfile: ({ host }) => host.securityLabel === 'unconfined',
  noPrivilegeEscalation: ({ host, findings }) => !host.noNewPrivs && !usesIdMapHelper(findings),
  dropCapabilities: ({ host }) => (boundingSet(host) & ~RUN_AS_CAPABILITIES) !== 0n,
  readOnlyRootFilesystem: ({ host }) => !host.isRootReadOnly,
  noServiceAccountToken: ({ pod }) => pod.hasServiceAccountToken,
} as const satisfies Partial<Readonly<Record<PodSettingName, (seen: Seen) => boolean>>>;

/** Root of a pod that has just what it takes to give its cgroup away and become somebody else. */
function isMeantToBecomeAnother(host: HostFacts): boolean {
  return host.uid === 0 && !isInHostUsers(host) && boundingSet(host) === RUN_AS_CAPABILITIES;
}

/** Its file capabilities count only without no_new_privs. */
function usesIdMapHelper(findings: readonly Finding[]): boolean {
  return findings.some(({ ability, status }) => ability === 'sub-ids' && status === 'ok');
}

function boundingSet(host: HostFacts): bigint {
  return BigInt(`0x${host.boundingSet}`);
}
