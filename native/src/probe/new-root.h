/* A root to try mounts in. */
#ifndef SANDLOT_PROBE_NEW_ROOT_H
#define SANDLOT_PROBE_NEW_ROOT_H

#include "probe.h"

/* Puts a tmpfs on top of "/" and works in it, as the first operation of a plan does (native/src/init/plan.c).
 */
int new_root_enter (struct probe *probe);

/* Mounts a new proc on the directory `proc` of the new root, which it makes. */
int new_root_mount_proc (struct probe *probe);

#endif
