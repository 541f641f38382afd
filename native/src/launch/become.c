#include "launch.h"
#include <errno.h>
#include <grp.h>
#include <sys/prctl.h>
#include <unistd.h>

int32_t
sbx_become (uint32_t uid, uint32_t gid)
{
  /* The C library does it in every thread: nptl(7). */
  if (setgroups (0, NULL) < 0 || setresgid (gid, gid, gid) < 0 || setresuid (uid, uid, uid) < 0)
    return -errno;
  /* It was cleared, and then our own files of /proc, id maps of children among them, would be root's:
   * prctl(2). */
  return prctl (PR_SET_DUMPABLE, 1) < 0 ? -errno : 0;
}
