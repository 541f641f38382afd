/**
 * What the default filter of a container refuses to a process without capabilities, as far as it concerns a sandbox:
 * the rules of Docker and containerd, in the plain form of the OCI runtime specification. Everything else is allowed,
 * which theirs does not, so that no new program needs a change here.
 */
const NAMESPACE_FLAGS = 0x7e_02_00_00;
const { EPERM, ENOSYS } = { EPERM: 1, ENOSYS: 38 };

/** Calls that take CAP_SYS_ADMIN there. */
const PRIVILEGED = [
  ...['mount', 'umount', 'umount2', 'pivot_root', 'setns', 'sethostname', 'setdomainname'],
  ...['fsopen', 'fsconfig', 'fsmount', 'fspick', 'move_mount', 'open_tree', 'mount_setattr'],
  ...['bpf', 'perf_event_open', 'quotactl'],
];

/** The answer to unshare(2) tells the engines apart. */
export const DOCKER_SECCOMP = seccomp(EPERM);
export const CRIO_SECCOMP = seccomp(ENOSYS);

/** Everything but Landlock, as if this kernel were older. */
export const NO_LANDLOCK_SECCOMP = {
  defaultAction: 'SCMP_ACT_ALLOW',
  architectures: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_AARCH64'],
  syscalls: [{ names: ['landlock_create_ruleset'], action: 'SCMP_ACT_ERRNO', errnoRet: ENOSYS }],
};

function seccomp(unshareErrno: number): unknown {
  return {
    defaultAction: 'SCMP_ACT_ALLOW',
    architectures: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_AARCH64'],
    syscalls: [
      { names: PRIVILEGED, action: 'SCMP_ACT_ERRNO', errnoRet: EPERM },
      { names: ['unshare'], action: 'SCMP_ACT_ERRNO', errnoRet: unshareErrno },
      { names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: ENOSYS },
      ...bits(NAMESPACE_FLAGS).map((bit) => ({
        names: ['clone'],
        action: 'SCMP_ACT_ERRNO',
        errnoRet: EPERM,
        args: [{ index: 0, value: bit, valueTwo: bit, op: 'SCMP_CMP_MASKED_EQ' }],
      })),
    ],
  };
}

/** A filter can compare under a mask, not test for any bit of it: one rule for each. */
function bits(mask: number): readonly number[] {
  return Array.from({ length: 31 }, (_, index) => 2 ** index).filter((bit) => (mask & bit) !== 0);
}
