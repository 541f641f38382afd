#include "shown-tree.h"
#include "mount-api.h"
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#define FLAGS_SHOWN (MS_RDONLY | MS_NOSUID | MS_NODEV)

/* What would end a path among mount options, or be taken for an escape. */
#define SPECIAL ",:\\"

/*
 * Without an upper directory the kernel wants two lower ones; the second is the mount point itself, which is
 * empty. xino=on would make inode numbers that 32-bit programs, and numbers of JavaScript, do not hold.
 */
int
shown_tree_mount (const char *source, const char *path)
{
  char options[PATH_MAX];
  const int length = snprintf (options, sizeof options, "xino=off,lowerdir=%s:%s", source, path);

  if (length < 0 || length >= (int)sizeof options)
    return -ENAMETOOLONG;
  if (strpbrk (source, SPECIAL) != NULL || strpbrk (path, SPECIAL) != NULL)
    return -EINVAL;
  return sys_mount ("overlay", path, "overlay", FLAGS_SHOWN, options) < 0 ? -errno : 0;
}

/* Any change of mount options drops unused names: shrink_dcache_sb in reconfigure_super (fs/super.c). */
static int
reconfigure (int context)
{
  if (sys_fsconfig_flag (context, "ro") < 0 || sys_fsconfig_reconfigure (context) < 0)
    return -errno;
  return 0;
}

int
shown_tree_forget (const char *path)
{
  const int context = sys_fspick (path);

  /* A filter of a container's refuses the call: what an image shows does not change. */
  if (context < 0)
    return errno == EPERM || errno == ENOSYS ? 0 : -errno;
  const int result = reconfigure (context);
  close (context);
  /* Not a file system of this user namespace: it is bound, and the host's own names are always right. */
  return result == -EPERM ? 0 : result;
}
