#include "new-root.h"
#include "../init/mount-api.h"
#include <errno.h>
#include <sys/stat.h>

/* From linux/mount.h by another name: sys/mount.h cannot be included beside it. */
#define FLAGS_PRIVATE (MS_REC | MS_PRIVATE)
#define FLAGS_PROC (MS_NOSUID | MS_NODEV | MS_NOEXEC)

static int
configure (struct probe *probe, int context)
{
  if (sys_fsconfig_string (context, "size", "1048576") < 0
      || sys_fsconfig_string (context, "nr_inodes", "64") < 0
      || sys_fsconfig_string (context, "mode", "755") < 0 || sys_fsconfig_create (context) < 0)
    return probe_fail_errno (probe, "fsconfig");
  return 0;
}

static int
attach (struct probe *probe, int root)
{
  if (sys_move_mount (root, "/") < 0)
    return probe_fail_errno (probe, "move_mount");
  return fchdir (root) < 0 ? probe_fail_errno (probe, "fchdir") : 0;
}

int
new_root_enter (struct probe *probe)
{
  int context, root, result;

  if (sys_mount (NULL, "/", NULL, FLAGS_PRIVATE, NULL) < 0)
    return probe_fail_errno (probe, "mount_private");
  context = sys_fsopen ("tmpfs");
  if (context < 0)
    return probe_fail_errno (probe, "fsopen");
  result = configure (probe, context);
  root = result < 0 ? -1 : sys_fsmount (context, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
  if (result == 0 && root < 0)
    result = probe_fail_errno (probe, "fsmount");
  close (context);
  if (root < 0)
    return result;
  result = attach (probe, root);
  close (root);
  return result;
}

int
new_root_mount_proc (struct probe *probe)
{
  if (mkdir ("proc", 0755) < 0)
    return probe_fail_errno (probe, "mkdir");
  if (sys_mount ("proc", "proc", "proc", FLAGS_PROC, NULL) == 0)
    return 0;
  const int err = errno;
  /* Since Linux 7.2 this lesser one is allowed below a masked /proc. */
  probe_note (probe, "subset-pid",
              sys_mount ("proc", "proc", "proc", FLAGS_PROC, "subset=pid") < 0 ? errno : 0);
  return probe_fail (probe, "mount_proc", err);
}
