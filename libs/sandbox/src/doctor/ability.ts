import type { Tier } from '@sandlot/contract';

interface AbilityInfo {
  /** What it is, for a reader. */
  readonly meaning: string;
  /** Without it the host is of this tier at best; optional abilities have none. */
  readonly tier?: Tier;
  /** What must work before it can be tried. */
  readonly needs?: readonly string[];
}

/** What native/build/probe tries, in the order of native/src/probe/abilities.h; a test holds both equal. */
export const PROBED_ABILITIES = {
  clone3: { meaning: 'clone3(2)', tier: 'T4' },
  'user-namespace': { meaning: 'a user namespace with its id maps', tier: 'T4', needs: ['clone3'] },
  'mount-namespace': { meaning: 'a mount namespace', tier: 'T4', needs: ['user-namespace'] },
  'pid-namespace': { meaning: 'a pid namespace', tier: 'T4', needs: ['user-namespace'] },
  'net-namespace': { meaning: 'a network namespace', tier: 'T4', needs: ['user-namespace'] },
  'uts-namespace': { meaning: 'a uts namespace', tier: 'T4', needs: ['user-namespace'] },
  'ipc-namespace': { meaning: 'an ipc namespace', tier: 'T4', needs: ['user-namespace'] },
  'cgroup-namespace': { meaning: 'a cgroup namespace', tier: 'T4', needs: ['user-namespace'] },
  'host-name': { meaning: 'a host name of its own', tier: 'T4', needs: ['uts-namespace'] },
  loopback: { meaning: 'a loopback device', tier: 'T4', needs: ['net-namespace'] },
  chroot: { meaning: 'chroot(2)', tier: 'T4', needs: ['user-namespace'] },
  tmpfs: { meaning: 'tmpfs mounts', tier: 'T3', needs: ['mount-namespace'] },
  'bind-mount': { meaning: 'read-only bind mounts', tier: 'T3', needs: ['tmpfs'] },
  'pivot-root': { meaning: 'pivot_root(2)', tier: 'T3', needs: ['tmpfs'] },
  overlay: { meaning: 'inodes of their own for programs of the host', needs: ['tmpfs'] },
  'fresh-proc': {
    meaning: 'a new /proc for each cell',
    tier: 'T2',
    needs: ['tmpfs', 'pid-namespace', 'net-namespace', 'uts-namespace', 'ipc-namespace'],
  },
  'namespace-limits': { meaning: 'no namespaces below a slot', tier: 'T2', needs: ['fresh-proc'] },
  pidfd: { meaning: 'signals by pidfd', tier: 'T4' },
  'close-range': { meaning: 'close_range(2)', tier: 'T4' },
  openat2: { meaning: 'openat2(2)', tier: 'T4' },
  'sealed-exec': { meaning: 'programs in sealed memfds', tier: 'T4' },
  seccomp: { meaning: 'system call filters', tier: 'T4' },
  landlock: { meaning: 'Landlock' },
  'sub-ids': { meaning: 'a host uid of its own for each slot', needs: ['user-namespace'] },
} as const satisfies Readonly<Record<string, AbilityInfo>>;

/** Everything that is looked at, whatever needs another after it. */
export const ABILITIES = {
  'native-library': { meaning: 'the launch library, called through koffi', tier: 'T4' },
  ...PROBED_ABILITIES,
  cgroup: { meaning: 'a cgroup for each cell', tier: 'T1' },
  'cgroup-cpu': { meaning: 'the cpu controller', tier: 'T1', needs: ['cgroup'] },
  'cgroup-io': { meaning: 'the io controller', needs: ['cgroup'] },
  'cgroup-memory': { meaning: 'the memory controller', tier: 'T1', needs: ['cgroup'] },
  'cgroup-pids': { meaning: 'the pids controller', tier: 'T1', needs: ['cgroup'] },
} as const satisfies Readonly<Record<string, AbilityInfo>>;

export type ProbedAbility = keyof typeof PROBED_ABILITIES;
export type Ability = keyof typeof ABILITIES;

// Object.keys forgets what the types know.
export const PROBED_ABILITY_NAMES = Object.keys(PROBED_ABILITIES) as readonly ProbedAbility[];
export const ABILITY_NAMES = Object.keys(ABILITIES) as readonly Ability[];

/** The list above, each with all its fields. */
export function abilityInfo(ability: Ability): AbilityInfo {
  return ABILITIES[ability];
}
