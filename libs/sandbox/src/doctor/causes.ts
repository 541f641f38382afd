import type { CauseText } from './explain.js';

const OTHER_USER =
  'Run the worker as another user than 0: `docker run --user 10001`, or `runAsUser: 10001` in Kubernetes.';
const DELEGATE =
  '`systemd-run --user --scope -p Delegate=yes -- npx sandlot serve` (as root without --user), or Delegate=yes beside User= in the unit of the service (systemd.resource-control(5))';

const SHARED_INODES =
  'Until then cells show the host’s programs by bind mounts, and locks on these files are seen by other jobs and by the host.';

/**
 * Every mechanism that is known to block an ability. Words in braces are filled in. docs/doctor.md lists the same;
 * a test compares.
 */
export const CAUSES = {
  'koffi-not-installed': {
    cause: 'The package koffi, or its part for this platform, is not installed ({message}).',
    remedy:
      'Run `npm ci` on this platform, with optional dependencies: what was installed elsewhere has the part for there.',
  },
  'library-not-built': {
    cause: 'The library of native/ is not built, or not from these sources ({message}).',
    remedy: 'Build it: `make -C native`, which `npm start` does too.',
  },
  'library-not-loadable': {
    cause: 'The dynamic linker does not load {step} ({message}).',
    remedy:
      'Keep it on a file system that is not mounted noexec, and install and build on a system with the same architecture and C library: `npm ci && make -C native`.',
  },
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
  'unmapped-ids': {
    cause:
      'Uid {uid} or gid {gid} of this process is not mapped in its user namespace (/proc/self/uid_map, gid_map), so that it may make none below (user_namespaces(7)).',
    remedy:
      'Map both when that namespace is made: `unshare --user --map-current-user`, newuidmap(1), or the id mappings of the container engine.',
  },
  'no-proc': {
    cause: 'No proc is mounted on /proc, where id maps are written and this process is described.',
    remedy: 'Before the worker starts: `mount -t proc proc /proc`, in the namespace or chroot it runs in.',
  },
  'proc-read-only': {
    cause: '/proc is mounted read-only, so that no id map can be written.',
    remedy:
      'Before the worker starts: `mount -o remount,rw /proc`; leave out what makes it read-only (ReadOnlyPaths= in a unit, a mount option of the container).',
  },
  'root-without-capabilities': {
    cause:
      'The worker is uid 0 without the capabilities {capabilities}, which the id maps of its cells need (user_namespaces(7)).',
    remedy: `${OTHER_USER} Or add these capabilities.`,
  },
  'process-limit-reached': {
    cause:
      'No more processes can be made here: RLIMIT_NPROC is {limit} for all processes of uid {uid} together, and pids.max of its cgroup limits them too.',
    remedy:
      'Raise what is reached: `ulimit -u`, LimitNPROC= and TasksMax= in a unit, `docker run --ulimit nproc=` and `--pids-limit`, podPidsLimit of the kubelet.',
  },
  'seccomp-container': {
    cause:
      'A seccomp filter is at work in this container (Seccomp: 2 in /proc/self/status), and {refused} was answered as such filters do.',
    remedy:
      'Docker, Podman: `--security-opt seccomp=unconfined`, or a profile that also allows {calls}. Kubernetes: such a profile as seccompProfile of type Localhost. Then look again: what needs these calls could not be tried.',
  },
  'seccomp-service': {
    cause:
      'A seccomp filter that this process was started with (Seccomp: 2 in /proc/self/status) is at work, and {refused} was answered as such filters do.',
    remedy:
      'In the systemd unit of the service: leave out RestrictNamespaces=, and SystemCallFilter= or let it allow {calls}. Then look again: what needs these calls could not be tried.',
  },
  'seccomp-or-kernel': {
    cause:
      'Either Linux {kernel} does not have {call}, or the seccomp filter of this process (Seccomp: 2 in /proc/self/status) hides it: nothing here tells which.',
    remedy:
      'Run `sandlot doctor` once without the filter: in a container with `--security-opt seccomp=unconfined`, in a unit without SystemCallFilter=. If it says the same, run a newer kernel or one that is built with it.',
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
    remedy: `As root: \`modprobe overlay\`; to keep it, that word in /etc/modules-load.d/sandlot.conf. ${SHARED_INODES}`,
  },
  'mounts-in-programs': {
    cause: 'An overlay does not show what is mounted below it, here {mounts}.',
    remedy: `Mount it elsewhere before the worker starts. ${SHARED_INODES}`,
  },
  'overlay-refused': {
    cause:
      'The kernel makes no overlay of {step}: its file system is of a kind that cannot be below one, or an overlay of overlays already ({errno}; `dmesg` says which).',
    remedy: `Have {step} on an ordinary file system: in a nested container, on a volume. ${SHARED_INODES}`,
  },
  'no-landlock': {
    cause: 'Landlock is not built into this kernel, or not switched on at boot.',
    remedy: 'Nothing needs it yet. Linux 5.13 or newer, with landlock in the kernel parameter lsm=.',
  },
  'sub-ids-refused': {
    cause: 'The operator wants no subordinate ids for slots (SANDLOT_SUBORDINATE_IDS=off).',
    remedy: 'Unset SANDLOT_SUBORDINATE_IDS.',
  },
  'no-other-ids': {
    cause: 'The worker is uid 0 of a user namespace that has no id but its own (/proc/self/uid_map).',
    remedy:
      'Start it as the ordinary user that it is outside, or map more ids when that namespace is made: `unshare --map-auto`, newuidmap(1), or the id mappings of the container engine.',
  },
  'no-sub-ids': {
    cause: '/etc/subuid or /etc/subgid has no range for {user}.',
    remedy: 'As root: `usermod --add-subuids 100000-165535 --add-subgids 100000-165535 {user}`.',
  },
  'sub-ids-not-mapped': {
    cause:
      'The ranges of {user} in /etc/subuid and /etc/subgid are not mapped in the user namespace of this process (/proc/self/uid_map, gid_map).',
    remedy:
      'As root of the container: `usermod --add-subuids 10000-19999 --add-subgids 10000-19999 {user}`, or other ids that are mapped there; or map more when it is made.',
  },
  'no-id-map-helper': {
    cause: 'The program {step} is not installed, or not in PATH.',
    remedy: 'Debian, Ubuntu: `apt-get install uidmap`. Fedora: `dnf install shadow-utils`.',
  },
  'id-map-helper-without-privilege': {
    cause: 'no_new_privs is set for this process, so that the privileged program {step} gains nothing.',
    remedy:
      'Kubernetes: `allowPrivilegeEscalation: true`. Docker: without no-new-privileges. systemd: without NoNewPrivileges= and what implies it (systemd.exec(5)).',
  },
  'id-map-helper-bounded': {
    cause:
      'The program {step} gains only what the capability bounding set of this process leaves it (CapBnd in /proc/self/status), which is without {capabilities}.',
    remedy:
      'As root, on the host or in the image: `chmod u-s /usr/bin/newuidmap /usr/bin/newgidmap`, `setcap cap_setuid=ep /usr/bin/newuidmap` and `setcap cap_setgid=ep /usr/bin/newgidmap`; then CAP_SETUID and CAP_SETGID are enough, which Docker leaves by default. systemd: `CapabilityBoundingSet=CAP_SETUID CAP_SETGID`.',
  },
  'id-map-helper-refused': {
    cause:
      'The program {step} failed. Either it has no privilege (neither set-user-ID root nor file capabilities, or its file system is mounted nosuid), or {gid} is not the group of {user} in /etc/passwd.',
    remedy:
      'See what it says: `unshare --user sleep 9 & newuidmap $! 0 FIRST 1`, with an id of the range in /etc/subuid. Install package uidmap (shadow-utils) anew if its privilege is lost.',
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
      'Start the container as root of its user namespace with SANDLOT_RUN_AS={uid}: the worker gives itself the cgroup and becomes {uid}. Kubernetes: `hostUsers: false`, `runAsUser: 0` and `capabilities: { drop: [ALL], add: [CHOWN, SETGID, SETUID] }`.',
  },
  'cgroup-not-of-root': {
    cause: 'The cgroup {path} belongs to uid {owner}, the worker is uid 0 and may not write there.',
    remedy:
      'Run the worker as the uid that has the cgroup: `docker run --user {owner}`, or `runAsUser: {owner}` in Kubernetes.',
  },
  'cgroup-without-capabilities': {
    cause:
      'The worker is uid 0 without the capabilities {capabilities}, so that it cannot give cgroups to the uids of its slots.',
    remedy: `${OTHER_USER} Or add these capabilities.`,
  },
  'cgroup-threaded': {
    cause:
      'The cgroup {path} is threaded, or has threaded ones below it (cgroup.type): no process can be born in a new one there (cgroups(7)).',
    remedy:
      'Start the worker in a cgroup of the type domain: a unit or scope of its own has one. A threaded cgroup does not become one again: remove it.',
  },
  'cgroup-not-delegated': {
    cause: 'The cgroup {path} was not given to uid {uid}, which may not write there.',
    remedy: `Start it with delegation: ${DELEGATE}. Kubernetes: with runc, \`SystemdCgroup = true\` of the node’s runtime; with crun, \`worker.cgroupOwner=root\` of the chart.`,
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
  'controller-without-file': {
    cause:
      'A cgroup with the controller {controller} was made, but {step} of it does not hold a limit: {errno}.',
    remedy: 'Run Linux 5.14 or newer, and look into its log of this moment (journalctl -k, dmesg).',
  },
  'no-disk-to-limit': {
    cause: 'No disk of this host takes the limits of io.max, or not each of them, so that none would hold.',
    remedy:
      'Nothing but ioBytesPerSecond needs it. Disks that cannot be slowed down, such as some virtual ones, keep it from all.',
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
