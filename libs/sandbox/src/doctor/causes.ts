import type { CauseText } from './explain.js';

const OTHER_USER =
  'Run the worker as another user than 0: `docker run --user 10001`, or `runAsUser: 10001` in Kubernetes.';
const ALLOWED_CALLS =
  'unshare, clone, clone3, mount, umount2, pivot_root, chroot, sethostname, fsopen, fsconfig, fsmount, move_mount, open_tree and mount_setattr';
const DELEGATE =
  '`systemd-run --user --scope -p Delegate=yes -- npx sandlot serve` (as root without --user), or Delegate=yes beside User= in the unit of the service (systemd.resource-control(5))';

/**
 * Every mechanism that is known to block an ability. Words in braces are filled in. docs/doctor.md lists the same;
 * a test compares.
 */
export const CAUSES = {
  'namespace-limit-zero': {
    cause: 'sysctl {sysctl} is 0 here: nobody may make such a namespace.',
    remedy:
      'As root on the host or node: `sysctl -w {sysctl}=31840`; to keep it, the same assignment in /etc/sysctl.d/90-sandlot.conf.',
  },
  'namespace-limit-reached': {
    cause:
      'A limit on namespaces is used up here or in an enclosing user namespace, where it may be 0 (namespaces(7)).',
    remedy:
      'As root on the host or node: raise sysctl user.max_user_namespaces and its siblings; lsns shows what holds namespaces.',
  },
  'unprivileged-userns-clone': {
    cause: 'sysctl kernel.unprivileged_userns_clone is 0: only root may make user namespaces.',
    remedy:
      'As root on the host or node: `sysctl -w kernel.unprivileged_userns_clone=1`; to keep it, the same assignment in /etc/sysctl.d/90-sandlot.conf.',
  },
  'apparmor-user-namespaces': {
    cause:
      'AppArmor takes all capabilities from user namespaces of unconfined programs (sysctl kernel.apparmor_restrict_unprivileged_userns is 1, as in Ubuntu since 23.10).',
    remedy:
      'As root: install the profile infra/apparmor/sandlot as its first lines say; or, for every program, `sysctl -w kernel.apparmor_restrict_unprivileged_userns=0`.',
  },
  chrooted: {
    cause: 'This process runs below a chroot(2), where user namespaces are refused (user_namespaces(7)).',
    remedy: 'Start the worker outside of the chroot, or enter that root by pivot_root(2) instead.',
  },
  'root-without-capabilities': {
    cause:
      'The worker is uid 0 without the capabilities {capabilities}, which the id maps of its cells need (user_namespaces(7)).',
    remedy: `${OTHER_USER} Or add these capabilities.`,
  },
  'seccomp-docker': {
    cause:
      'The seccomp filter of a container refuses it, in the form that Docker and containerd have (unshare EPERM, clone3 ENOSYS).',
    remedy: `Docker: \`docker run --security-opt seccomp=unconfined\`, or a profile that also allows ${ALLOWED_CALLS}. Kubernetes: such a profile as seccompProfile of type Localhost.`,
  },
  'seccomp-crio': {
    cause:
      'The seccomp filter of a container refuses it, in the form that CRI-O has (unshare ENOSYS, clone3 ENOSYS).',
    remedy: `Kubernetes: seccompProfile of type Localhost with a profile that also allows ${ALLOWED_CALLS}.`,
  },
  'seccomp-service': {
    cause:
      'A seccomp filter that this process was started with refuses it (Seccomp: 2 in /proc/self/status).',
    remedy: `In the systemd unit of the service: leave out RestrictNamespaces=, and SystemCallFilter= or let it allow ${ALLOWED_CALLS}.`,
  },
  'apparmor-profile': {
    cause: 'The AppArmor profile {label} of this process forbids it.',
    remedy:
      'Docker: `docker run --security-opt apparmor=unconfined`. Kubernetes: an appArmorProfile of type Localhost that allows mount, umount, pivot_root and userns, or Unconfined.',
  },
  selinux: {
    cause: 'SELinux is enforcing and forbids it to {label}.',
    remedy:
      'Podman and Docker: `--security-opt label=type:container_engine_t`. Kubernetes: `seLinuxOptions: { type: container_engine_t }`. `ausearch -m avc` shows what was refused.',
  },
  'masked-proc': {
    cause:
      'Parts of /proc are covered ({masks}): the kernel refuses a new /proc where no whole one is visible (mount_too_revealing).',
    remedy:
      'Docker: `docker run --security-opt systempaths=unconfined`. Podman: `podman run --security-opt unmask=ALL`. Kubernetes: `hostUsers: false` with `procMount: Unmasked`. systemd: leave out ProtectKernelTunables=, ProtectKernelLogs= and ProtectProc=.',
  },
  'no-whole-proc': {
    cause:
      'No whole /proc is mounted where this process runs: the kernel refuses a new one (mount_too_revealing).',
    remedy: 'Mount proc at /proc, all of it and writable, before the worker starts.',
  },
  'memfd-noexec': {
    cause: 'sysctl vm.memfd_noexec is 2: no memfd may be executed.',
    remedy: 'As root on the host or node: `sysctl -w vm.memfd_noexec=1`.',
  },
  'kernel-too-old': {
    cause: 'Linux {kernel} does not have it.',
    remedy: 'Run Linux 5.14 or newer, with all kinds of namespaces, seccomp and tmpfs built in.',
  },
  'no-overlay': {
    cause: 'Linux {kernel} has no overlay file system for user namespaces: no module, or older than 5.11.',
    remedy: 'Nothing needs it yet. As root: `modprobe overlay`.',
  },
  'no-landlock': {
    cause: 'Landlock is not built into this kernel, or not switched on at boot.',
    remedy: 'Nothing needs it yet. Linux 5.13 or newer, with landlock in the kernel parameter lsm=.',
  },
  'no-sub-ids': {
    cause: '/etc/subuid or /etc/subgid has no range for {user}.',
    remedy:
      'Nothing needs it yet. As root: `usermod --add-subuids 100000-165535 --add-subgids 100000-165535 {user}`.',
  },
  'no-id-map-helper': {
    cause: 'The program {step} is not installed.',
    remedy:
      'Nothing needs it yet. Debian, Ubuntu: `apt-get install uidmap`. Fedora: `dnf install shadow-utils`.',
  },
  'id-map-helper-without-privilege': {
    cause: 'no_new_privs is set for this process, so that the setuid program {step} gains nothing.',
    remedy:
      'Nothing needs it yet. Kubernetes: `allowPrivilegeEscalation: true`. Docker: without no-new-privileges. systemd: without NoNewPrivileges=.',
  },
  'cgroup-refused': {
    cause: 'The operator wants no cgroups for cells (SANDLOT_CGROUP=none).',
    remedy: 'Unset SANDLOT_CGROUP.',
  },
  'cgroup-not-mounted': {
    cause: 'No cgroup v2 hierarchy is mounted here.',
    remedy:
      'Boot the host with the kernel parameter `systemd.unified_cgroup_hierarchy=1` if it has cgroup v1; in a container, let the runtime mount /sys/fs/cgroup.',
  },
  'cgroup-v1': {
    cause:
      'This host binds its controllers to cgroup v1 ({controllers}), where a plain user cannot use them.',
    remedy:
      'Boot the host with the kernel parameter `systemd.unified_cgroup_hierarchy=1`, so that all controllers are in cgroup v2.',
  },
  'cgroup-root': {
    cause: 'This process is in the root of the cgroup hierarchy, of which no part was given to it.',
    remedy: `Start it in a cgroup of its own: ${DELEGATE}. Or name a directory that it owns: SANDLOT_CGROUP.`,
  },
  'cgroup-outside': {
    cause: 'The cgroup of this process, {path}, is not below what is mounted on /sys/fs/cgroup.',
    remedy:
      'Give the container a cgroup namespace of its own: `docker run --cgroupns=private`, `podman run --cgroupns=private`.',
  },
  'cgroup-elsewhere': {
    cause:
      'This process lives outside of {path}, and to be moved or born there takes write access to cgroup.procs of the level above both (cgroups(7)).',
    remedy:
      'Start it inside: as root `echo $$ > {path}/cgroup.procs` in the shell that starts it, or name a directory above its own cgroup.',
  },
  'cgroup-not-found': {
    cause: 'There is no cgroup v2 directory {path}.',
    remedy: `Name one in SANDLOT_CGROUP, or unset it and start in a cgroup of your own: ${DELEGATE}.`,
  },
  'cgroup-read-only': {
    cause: 'The cgroup file system is mounted read-only, as container engines do.',
    remedy:
      'Podman: `podman run --security-opt unmask=/sys/fs/cgroup`. containerd 2.1 or newer: a runtime with `cgroup_writable = true`. CRI-O: the annotation `cgroup2-mount-hierarchy-rw.crio.io: "true"`.',
  },
  'cgroup-of-another-user': {
    cause:
      'The cgroup {path} belongs to uid {owner}, the worker is uid {uid}; crun gives it to root of the container.',
    remedy:
      'In the entrypoint, as root and before it becomes {uid}: `chown {uid} {path} {path}/cgroup.procs {path}/cgroup.threads {path}/cgroup.subtree_control`.',
  },
  'cgroup-not-delegated': {
    cause: 'The cgroup {path} was not given to uid {uid}, which may not write there.',
    remedy: `Start it with delegation: ${DELEGATE}.`,
  },
  'cgroup-busy': {
    cause:
      'Processes are still in the cgroup {path}, so that it cannot hand its controllers on (cgroups(7)).',
    remedy: `Start the worker alone in its cgroup: ${DELEGATE}. In a container, let the entrypoint execute the worker.`,
  },
  'controller-not-enabled': {
    cause: 'The controller {controller} is not enabled above {path}.',
    remedy:
      'As root: `Delegate=cpu io memory pids` in the unit of the service, or for user sessions in /etc/systemd/system/user@.service.d/delegate.conf below [Service]; then log in again.',
  },
  'cgroup-limit-reached': {
    cause: 'The number of cgroups is limited above {path} (cgroup.max.descendants, cgroup.max.depth).',
    remedy: 'Raise it there, or remove empty cgroups below {path}.',
  },
  'needs-another': {
    cause: 'Not tried: it needs {ability}, which failed.',
    remedy: 'Mend {ability} first, then look again.',
  },
  unexplained: {
    cause: 'No mechanism known to Sandlot explains {errno} at the step {step} on this host.',
    remedy:
      'Look into the kernel log of this moment (journalctl -k, dmesg), and report it with the output of `sandlot doctor --json`.',
  },
} as const satisfies Readonly<Record<string, CauseText>>;

export type CauseCode = keyof typeof CAUSES;
