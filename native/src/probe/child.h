/* Children of a probe. */
#ifndef SANDLOT_PROBE_CHILD_H
#define SANDLOT_PROBE_CHILD_H

#include "probe.h"

/* fork(2) by clone3(2) with `flags`, into the cgroup behind `cgroup_fd` unless -1. Returns as fork, or
 * -errno. */
pid_t child_clone (uint64_t flags, int cgroup_fd);

/* In a child: runs `inside` and ends. Nobody outlives the process that waits for it. */
_Noreturn void child_run (struct probe *probe, probe_function *inside);

/* Waits for a child of `child_run`. Returns what its function returned; being killed is a failure too. */
int child_wait (struct probe *probe, pid_t pid);

/* Kills a child that only waits to be killed, and waits for it. */
void child_kill (pid_t pid);

/* The function of a child that is to wait until somebody kills it. */
probe_function child_pause;

/* The function of a child that need only exist. */
probe_function child_nothing;

#endif
