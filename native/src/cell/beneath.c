#include "beneath.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

int
open_beneath (int directory, const char *path, uint64_t flags, uint64_t mode)
{
  const struct open_how how = {
    .flags = flags | O_CLOEXEC,
    .mode = mode,
    .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV,
  };
  const long fd = syscall (SYS_openat2, directory, path, &how, sizeof how);

  return fd < 0 ? -errno : (int)fd;
}
