/* A user namespace made, mapped and entered as the launch library does it (native/src/launch). */
#ifndef SANDLOT_PROBE_SLOT_H
#define SANDLOT_PROBE_SLOT_H

#include "probe.h"
#include <linux/sched.h>

/* Those of a slot beside the user namespace. */
#define SLOT_NAMESPACES (CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWUTS)

/* Those that a slot clones a cell into. */
#define CELL_NAMESPACES (CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC)

/* Runs `inside` as root of a new user namespace and of new `namespaces`. Returns what it returned. */
int slot_run (struct probe *probe, uint64_t namespaces, probe_function *inside);

/* From inside a slot: runs `inside` in new namespaces of a cell. */
int slot_run_cell (struct probe *probe, probe_function *inside);

#endif
