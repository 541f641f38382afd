/* Leaving the cell's view of the system. */
#include "payload.h"
#include "verbs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

int
verb_try_mount (char **args)
{
  char target[] = "/tmp/payload-XXXXXX";

  (void)args;
  if (mkdtemp (target) == NULL)
    return fail (target);
  const int result = mount ("none", target, "tmpfs", 0, NULL);
  const int err = errno;
  if (result == 0)
    umount2 (target, MNT_DETACH);
  rmdir (target);
  errno = err;
  return answer (result);
}

int
verb_try_umount (char **args)
{
  return answer (umount2 (args[0], MNT_DETACH));
}

int
verb_try_chroot (char **args)
{
  (void)args;
  return answer (chroot ("."));
}

int
verb_try_pivot_root (char **args)
{
  (void)args;
  return answer (syscall (SYS_pivot_root, ".", "."));
}

int
verb_try_unshare_user (char **args)
{
  (void)args;
  return answer (unshare (CLONE_NEWUSER));
}

int
verb_try_setns (char **args)
{
  static const char *const kinds[] = { "user", "mnt", "pid", "net", "ipc", "uts", "cgroup" };
  long result = -1;
  int err = 0;

  for (size_t index = 0; result != 0 && index < sizeof kinds / sizeof *kinds; index++)
    {
      char path[PATH_MAX];
      snprintf (path, sizeof path, "/proc/%s/ns/%s", args[0], kinds[index]);
      const int fd = open (path, O_RDONLY | O_CLOEXEC);
      result = fd < 0 ? -1 : setns (fd, 0);
      err = errno;
      if (fd >= 0)
        close (fd);
    }
  errno = err;
  return answer (result);
}

int
verb_try_sethostname (char **args)
{
  char name[HOST_NAME_MAX + 1];

  (void)args;
  if (gethostname (name, sizeof name) != 0)
    return fail ("gethostname");
  return answer (sethostname (name, strlen (name)));
}

int
verb_try_mknod (char **args)
{
  static const char path[] = "payload-device";

  (void)args;
  const int result = mknod (path, S_IFCHR | 0600, makedev (1, 3));
  const int err = errno;
  if (result == 0)
    unlink (path);
  errno = err;
  return answer (result);
}
