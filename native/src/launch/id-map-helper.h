#ifndef SANDLOT_ID_MAP_HELPER_H
#define SANDLOT_ID_MAP_HELPER_H

#include <stdint.h>

/*
 * Has newuidmap(1) or newgidmap(1) map id 0 of the user namespace of `pid` to `host_id`, which has to be in a
 * range of ours (subuid(5), subgid(5)). Waits for it. Returns 0 or -errno: -ENOENT if it is not in PATH,
 * -EPERM if it failed, whatever it says to a terminal.
 */
int sbx_id_map_helper_run (char *program, long pid, uint32_t host_id);

#endif
