#include "id-maps.h"
#include "id-map-helper.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int
write_proc (long pid, const char *name, const char *text)
{
  char path[64];
  int fd, err = 0;

  snprintf (path, sizeof path, "/proc/%ld/%s", pid, name);
  fd = open (path, O_WRONLY | O_CLOEXEC);
  if (fd < 0 || write (fd, text, strlen (text)) < 0)
    err = errno;
  if (fd >= 0)
    close (fd);
  return -err;
}

static int
write_map (long pid, const char *name, uint32_t host_id)
{
  char text[32];

  snprintf (text, sizeof text, "0 %u 1", host_id);
  return write_proc (pid, name, text);
}

/* Passes a result on, and notes the step of one that is a failure. */
static int
at_step (enum sbx_step_name step, int result, struct sbx_error *error)
{
  if (result < 0)
    *error = (struct sbx_error){ .step = step, .index = 0, .err = -result };
  return result;
}

int
sbx_id_maps_need_helpers (uint32_t host_uid, uint32_t host_gid)
{
  const uid_t uid = geteuid ();

  return uid != 0 && (host_uid != uid || host_gid != getegid ());
}

int
sbx_id_maps_write (long pid, uint32_t host_uid, uint32_t host_gid, struct sbx_error *error)
{
  const int by_helpers = sbx_id_maps_need_helpers (host_uid, host_gid);
  int result;

  /* Required before an unprivileged gid map, and right for everybody: user_namespaces(7). */
  result = at_step (SBX_STEP_DENY_SETGROUPS, write_proc (pid, "setgroups", "deny"), error);
  if (result == 0)
    result = at_step (SBX_STEP_WRITE_UID_MAP,
                      by_helpers ? sbx_id_map_helper_run ("newuidmap", pid, host_uid)
                                 : write_map (pid, "uid_map", host_uid),
                      error);
  if (result == 0)
    result = at_step (SBX_STEP_WRITE_GID_MAP,
                      by_helpers ? sbx_id_map_helper_run ("newgidmap", pid, host_gid)
                                 : write_map (pid, "gid_map", host_gid),
                      error);
  return result;
}

/* Whether this user namespace lets nobody change groups. Then ours are those of whoever made it. */
static int
groups_are_fixed (void)
{
  char text[8] = "";
  const int fd = open ("/proc/self/setgroups", O_RDONLY | O_CLOEXEC);

  if (fd < 0)
    return 0;
  const ssize_t length = read (fd, text, sizeof text - 1);
  close (fd);
  return length > 0 && strncmp (text, "deny", 4) == 0;
}

int
sbx_groups_drop (struct sbx_groups *groups, struct sbx_error *error)
{
  *groups = (struct sbx_groups){ .count = -1, .list = NULL };
  if (geteuid () != 0 || groups_are_fixed ())
    return 0;
  groups->list = calloc (SBX_MAX_GROUPS, sizeof *groups->list);
  if (groups->list == NULL)
    goto failed;
  const long count = syscall (SYS_getgroups, SBX_MAX_GROUPS, groups->list);
  if (count < 0 || syscall (SYS_setgroups, 0, NULL) < 0)
    goto failed;
  groups->count = (int)count;
  return 0;

failed:
  *error = (struct sbx_error){ .step = SBX_STEP_DENY_SETGROUPS, .index = 0, .err = errno };
  free (groups->list);
  groups->list = NULL;
  return -error->err;
}

void
sbx_groups_restore (struct sbx_groups *groups)
{
  /* A thread of a root process that lost its groups would be a different program: better none at all. */
  if (groups->count >= 0 && syscall (SYS_setgroups, groups->count, groups->list) < 0)
    abort ();
  free (groups->list);
}
