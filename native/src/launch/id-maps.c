#include "id-maps.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int
write_proc (long pid, const char *name, const char *text, enum sbx_step_name step, struct sbx_error *error)
{
  char path[64];
  int fd, err = 0;

  snprintf (path, sizeof path, "/proc/%ld/%s", pid, name);
  fd = open (path, O_WRONLY | O_CLOEXEC);
  if (fd < 0 || write (fd, text, strlen (text)) < 0)
    err = errno;
  if (fd >= 0)
    close (fd);
  if (err != 0)
    *error = (struct sbx_error){ .step = step, .index = 0, .err = err };
  return -err;
}

int
sbx_id_maps_write (long pid, uint32_t host_uid, uint32_t host_gid, struct sbx_error *error)
{
  char uid_map[32], gid_map[32];
  int result;

  snprintf (uid_map, sizeof uid_map, "0 %u 1", host_uid);
  snprintf (gid_map, sizeof gid_map, "0 %u 1", host_gid);
  /* Required before an unprivileged gid map, and right for everybody: user_namespaces(7). */
  result = write_proc (pid, "setgroups", "deny", SBX_STEP_DENY_SETGROUPS, error);
  if (result == 0)
    result = write_proc (pid, "uid_map", uid_map, SBX_STEP_WRITE_UID_MAP, error);
  if (result == 0)
    result = write_proc (pid, "gid_map", gid_map, SBX_STEP_WRITE_GID_MAP, error);
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
