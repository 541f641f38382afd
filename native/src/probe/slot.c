/*
 *   parent                                     child
 *   drops its groups, clones                   waits on `go`
 *   writes setgroups, uid_map, gid_map
 *   writes one byte to `go`                    becomes root of its namespace, does what is to be probed
 *
 * End of file on `go` tells the child to give up. The parent writes the maps, as native/src/launch/launch.c
 * says.
 */
#include "slot.h"
#include "../launch/id-maps.h"
#include "child.h"
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static int
become_root (struct probe *probe)
{
  if (setresgid (0, 0, 0) < 0)
    return probe_fail_errno (probe, "setresgid");
  if (setresuid (0, 0, 0) < 0)
    return probe_fail_errno (probe, "setresuid");
  return 0;
}

static _Noreturn void
enter (struct probe *probe, const int go[2], probe_function *inside)
{
  char byte;

  close (go[1]);
  if (read (go[0], &byte, 1) != 1 || become_root (probe) < 0)
    _exit (1);
  child_run (probe, inside);
}

static const char *
map_step (const struct probe *probe, int32_t step)
{
  const int by_helpers = sbx_id_maps_need_helpers (probe->uid, probe->gid);

  switch (step)
    {
    case SBX_STEP_WRITE_UID_MAP:
      return by_helpers ? "newuidmap" : "uid_map";
    case SBX_STEP_WRITE_GID_MAP:
      return by_helpers ? "newgidmap" : "gid_map";
    default:
      return "setgroups";
    }
}

/* Maps the ids of the child and lets it go on. */
static int
complete (struct probe *probe, pid_t pid, int go)
{
  const char byte = 1;
  struct sbx_error error;

  if (sbx_id_maps_write (pid, probe->uid, probe->gid, &error) < 0)
    return probe_fail (probe, map_step (probe, error.step), error.err);
  return write (go, &byte, 1) == 1 ? 0 : probe_fail_errno (probe, "write");
}

static int
run_with (struct probe *probe, uint64_t namespaces, probe_function *inside, int go[2])
{
  const pid_t pid = child_clone (CLONE_NEWUSER | namespaces, -1);
  int result;

  if (pid < 0)
    return probe_fail (probe, "clone", -pid);
  if (pid == 0)
    enter (probe, go, inside);
  result = complete (probe, pid, go[1]);
  if (result == 0)
    return child_wait (probe, pid);
  child_kill (pid);
  return result;
}

int
slot_run (struct probe *probe, uint64_t namespaces, probe_function *inside)
{
  struct sbx_groups groups;
  struct sbx_error error;
  int go[2], result;

  if (pipe2 (go, O_CLOEXEC) < 0)
    return probe_fail_errno (probe, "pipe");
  result = sbx_groups_drop (&groups, &error) < 0 ? probe_fail (probe, "drop_groups", error.err)
                                                 : run_with (probe, namespaces, inside, go);
  if (groups.count >= 0)
    sbx_groups_restore (&groups);
  close (go[0]);
  close (go[1]);
  return result;
}

int
slot_run_cell (struct probe *probe, probe_function *inside)
{
  const pid_t pid = child_clone (CELL_NAMESPACES, -1);

  if (pid < 0)
    return probe_fail (probe, "clone_cell", -pid);
  if (pid == 0)
    child_run (probe, inside);
  return child_wait (probe, pid);
}
