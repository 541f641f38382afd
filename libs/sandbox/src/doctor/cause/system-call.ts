import type { ProbeVerdicts } from '../run-probes.js';

interface SystemCall {
  readonly name: string;
  /** The release of Linux that brought it, as 100 × major + minor; absent if every kernel has it. */
  readonly since?: number;
}

/** The calls behind the steps of native/src/probe that a filter may refuse. Mounts of proc have causes of their own. */
const CALLS: Readonly<Record<string, SystemCall>> = {
  clone: { name: 'clone3', since: 503 },
  clone_cell: { name: 'clone3', since: 503 },
  unshare: { name: 'unshare' },
  mount: { name: 'mount' },
  mount_private: { name: 'mount' },
  umount: { name: 'umount2' },
  pivot_root: { name: 'pivot_root' },
  chroot: { name: 'chroot' },
  sethostname: { name: 'sethostname' },
  fsopen: { name: 'fsopen', since: 502 },
  fsconfig: { name: 'fsconfig', since: 502 },
  fsmount: { name: 'fsmount', since: 502 },
  move_mount: { name: 'move_mount', since: 502 },
  open_tree: { name: 'open_tree', since: 502 },
  mount_setattr: { name: 'mount_setattr', since: 512 },
  pidfd_open: { name: 'pidfd_open', since: 503 },
  pidfd_send_signal: { name: 'pidfd_send_signal', since: 501 },
  close_range: { name: 'close_range', since: 509 },
  openat2: { name: 'openat2', since: 506 },
  memfd_create: { name: 'memfd_create' },
  execveat: { name: 'execveat' },
  no_new_privs: { name: 'prctl' },
  seccomp: { name: 'prctl' },
  landlock_create_ruleset: { name: 'landlock_create_ruleset', since: 513 },
};

/** The newest call that an ability makes. */
const NEWEST: Readonly<Record<string, keyof typeof CALLS>> = {
  clone3: 'clone',
  pidfd: 'pidfd_open',
  openat2: 'openat2',
  'close-range': 'close_range',
  'bind-mount': 'mount_setattr',
  landlock: 'landlock_create_ruleset',
};

/** The call that failed at a step; undefined if it was none that a filter refuses. */
export function callOf(step: string): string | undefined {
  return CALLS[step]?.name;
}

/** Whether this kernel surely has the call of a step: one that came with it or later works. */
export function isProven(step: string, verdicts: ProbeVerdicts): boolean {
  const since = CALLS[step]?.since ?? 0;
  const working = Object.entries(NEWEST).filter(([ability]) => {
    const verdict = verdicts.get(ability);
    return verdict !== undefined && verdict.failure === undefined;
  });
  return since <= Math.max(0, ...working.map(([, newest]) => CALLS[newest]?.since ?? 0));
}
