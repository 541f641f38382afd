#include "../cell/write-all.h"
#include "../init/mount-api.h"
#include "abilities.h"
#include "child.h"
#include "new-root.h"
#include "slot.h"
#include <errno.h>
#include <unistd.h>

#define FLAGS_CELL_PROC (MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY)

static int
mount_cell_proc (struct probe *probe)
{
  if (sys_mount ("proc", "proc", "proc", FLAGS_CELL_PROC, NULL) < 0)
    return probe_fail_errno (probe, "mount_cell_proc");
  return 0;
}

/* A new proc in the slot, and one in a cell's nested pid namespace on top of it. */
static int
mount_both (struct probe *probe)
{
  int result = new_root_enter (probe);

  if (result == 0)
    result = new_root_mount_proc (probe);
  return result < 0 ? result : slot_run_cell (probe, mount_cell_proc);
}

int
probe_fresh_proc (struct probe *probe)
{
  return slot_run (probe, SLOT_NAMESPACES, mount_both);
}

static int
forbid_user_namespaces (struct probe *probe)
{
  const int fd = open ("proc/sys/user/max_user_namespaces", O_WRONLY | O_CLOEXEC);

  if (fd < 0)
    return probe_fail_errno (probe, "open");
  const int result = write_all (fd, (const uint8_t *)"0", 1);
  close (fd);
  return result < 0 ? probe_fail (probe, "write", -result) : 0;
}

static int
verify_forbidden (struct probe *probe)
{
  const pid_t pid = child_clone (CLONE_NEWUSER, -1);

  if (pid == 0)
    child_run (probe, child_nothing);
  if (pid > 0)
    child_kill (pid);
  return pid == -ENOSPC ? 0 : probe_fail (probe, "verify", pid < 0 ? -pid : EINVAL);
}

/* Second barrier around a payload: no user namespace below the slot's, whatever the system call filter lets
 * by. */
static int
limit_namespaces (struct probe *probe)
{
  int result = new_root_enter (probe);

  if (result == 0)
    result = new_root_mount_proc (probe);
  if (result == 0)
    result = forbid_user_namespaces (probe);
  return result < 0 ? result : verify_forbidden (probe);
}

int
probe_namespace_limits (struct probe *probe)
{
  return slot_run (probe, SLOT_NAMESPACES, limit_namespaces);
}
