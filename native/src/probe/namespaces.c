#include "../init/network.h"
#include "abilities.h"
#include "child.h"
#include "slot.h"
#include <errno.h>
#include <sched.h>
#include <unistd.h>

/* Filters of container engines answer unshare(2) each in its own way, and that tells them apart. */
static void
note_unshare (struct probe *probe)
{
  probe_note (probe, "unshare", unshare (CLONE_NEWUSER) < 0 ? errno : 0);
}

int
probe_clone3 (struct probe *probe)
{
  const pid_t pid = child_clone (0, -1);

  if (pid == 0)
    child_run (probe, child_nothing);
  if (pid > 0)
    return child_wait (probe, pid);
  note_unshare (probe);
  return probe_fail (probe, "clone", -pid);
}

/* The bare clone comes first: where it is refused, nothing that a worker does around it is worth a word. */
static int
clone_bare (struct probe *probe)
{
  const pid_t pid = child_clone (CLONE_NEWUSER, -1);

  if (pid == 0)
    child_run (probe, child_nothing);
  if (pid > 0)
    return child_wait (probe, pid);
  note_unshare (probe);
  return probe_fail (probe, "clone", -pid);
}

int
probe_user_namespace (struct probe *probe)
{
  const int result = clone_bare (probe);

  return result < 0 ? result : slot_run (probe, 0, child_nothing);
}

int
probe_mount_namespace (struct probe *probe)
{
  return slot_run (probe, CLONE_NEWNS, child_nothing);
}

int
probe_pid_namespace (struct probe *probe)
{
  return slot_run (probe, CLONE_NEWPID, child_nothing);
}

int
probe_net_namespace (struct probe *probe)
{
  return slot_run (probe, CLONE_NEWNET, child_nothing);
}

int
probe_uts_namespace (struct probe *probe)
{
  return slot_run (probe, CLONE_NEWUTS, child_nothing);
}

int
probe_ipc_namespace (struct probe *probe)
{
  return slot_run (probe, CLONE_NEWIPC, child_nothing);
}

/* A cell enters its cgroup namespace by unshare(2), once it is in the job's cgroup (native/src/init/cell.c).
 */
static int
enter_cgroup_namespace (struct probe *probe)
{
  return unshare (CLONE_NEWCGROUP) < 0 ? probe_fail_errno (probe, "unshare") : 0;
}

int
probe_cgroup_namespace (struct probe *probe)
{
  return slot_run (probe, 0, enter_cgroup_namespace);
}

static int
set_host_name (struct probe *probe)
{
  static const char name[] = "sandlot";

  return sethostname (name, sizeof name - 1) < 0 ? probe_fail_errno (probe, "sethostname") : 0;
}

int
probe_host_name (struct probe *probe)
{
  return slot_run (probe, CLONE_NEWUTS, set_host_name);
}

static int
bring_loopback_up (struct probe *probe)
{
  const int result = network_bring_loopback_up ();

  return result < 0 ? probe_fail (probe, "ioctl", -result) : 0;
}

int
probe_loopback (struct probe *probe)
{
  return slot_run (probe, CLONE_NEWNET, bring_loopback_up);
}
