/* The abilities that are probed, in the order of their lines. libs/sandbox/src/doctor/ability.ts lists the
 * same. */
#ifndef SANDLOT_ABILITIES_H
#define SANDLOT_ABILITIES_H

#include "probe.h"

/* Name of the function after `probe_`, name in the answer. */
#define PROBE_ABILITIES(X)                                                                                   \
  X (clone3, "clone3")                                                                                       \
  X (user_namespace, "user-namespace")                                                                       \
  X (mount_namespace, "mount-namespace")                                                                     \
  X (pid_namespace, "pid-namespace")                                                                         \
  X (net_namespace, "net-namespace")                                                                         \
  X (uts_namespace, "uts-namespace")                                                                         \
  X (ipc_namespace, "ipc-namespace")                                                                         \
  X (cgroup_namespace, "cgroup-namespace")                                                                   \
  X (host_name, "host-name")                                                                                 \
  X (loopback, "loopback")                                                                                   \
  X (chroot, "chroot")                                                                                       \
  X (tmpfs, "tmpfs")                                                                                         \
  X (bind_mount, "bind-mount")                                                                               \
  X (pivot_root, "pivot-root")                                                                               \
  X (overlay, "overlay")                                                                                     \
  X (fresh_proc, "fresh-proc")                                                                               \
  X (namespace_limits, "namespace-limits")                                                                   \
  X (pidfd, "pidfd")                                                                                         \
  X (close_range, "close-range")                                                                             \
  X (openat2, "openat2")                                                                                     \
  X (sealed_exec, "sealed-exec")                                                                             \
  X (seccomp, "seccomp")                                                                                     \
  X (landlock, "landlock")                                                                                   \
  X (sub_ids, "sub-ids")                                                                                     \
  X (cgroup_clone, "cgroup-clone")                                                                           \
  X (cgroup_kill, "cgroup-kill")

#define X(function, name) probe_function probe_##function;
PROBE_ABILITIES (X)
#undef X

#endif
