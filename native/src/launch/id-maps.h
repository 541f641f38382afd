#ifndef SANDLOT_ID_MAPS_H
#define SANDLOT_ID_MAPS_H

#include "../../include/protocol.h"
#include <sys/types.h>

/*
 * Whether to map these ids takes newuidmap(1) and newgidmap(1): they are not our own, and we are not root,
 * who has the capabilities for others (user_namespaces(7)).
 */
int sbx_id_maps_need_helpers (uint32_t host_uid, uint32_t host_gid);

/* Maps uid and gid 0 of the user namespace of `pid` to one uid and gid outside; setgroups is denied first. */
int sbx_id_maps_write (long pid, uint32_t host_uid, uint32_t host_gid, struct sbx_error *error);

#define SBX_MAX_GROUPS 65536

/* Supplementary groups of the calling thread, put aside for a launch. */
struct sbx_groups
{
  int count; /* -1: left alone */
  gid_t *list;
};

/*
 * Real root puts its groups aside, so that the child does not inherit them: with setgroups denied it could
 * never get rid of them. Anybody else may not, root of a user namespace where setgroups is denied neither,
 * and keeps them. Raw system calls: they concern this thread alone.
 */
int sbx_groups_drop (struct sbx_groups *groups, struct sbx_error *error);
void sbx_groups_restore (struct sbx_groups *groups);

#endif
