/* The files of a cell with namespaces: a tmpfs of its own holds them to their limit. */
#include "../cell/scratch.h"
#include "mount-api.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/statfs.h>

#define SCRATCH "/scratch"

int
open_work_directory (void)
{
  const int fd = open ("/box", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

  return fd < 0 ? -errno : fd;
}

struct disk_use
disk_use (void)
{
  struct statfs fs;

  if (statfs (SCRATCH, &fs) < 0)
    return (struct disk_use){ 0 };
  return (struct disk_use){ .used_bytes = (uint64_t)(fs.f_blocks - fs.f_bfree) * (uint64_t)fs.f_bsize,
                            .full = fs.f_bfree == 0 || fs.f_ffree == 0 };
}

int
scratch_resize (uint64_t size, uint64_t inodes)
{
  char options[64];

  snprintf (options, sizeof options, "size=%llu,nr_inodes=%llu", (unsigned long long)size,
            (unsigned long long)inodes);
  return sys_mount (NULL, SCRATCH, NULL, MS_REMOUNT | MS_NOSUID | MS_NODEV, options) < 0 ? -errno : 0;
}
