#include "write-all.h"
#include <errno.h>
#include <unistd.h>

int
write_all (int fd, const uint8_t *bytes, size_t length)
{
  while (length > 0)
    {
      const ssize_t written = write (fd, bytes, length);

      if (written < 0)
        return -errno;
      bytes += written;
      length -= (size_t)written;
    }
  return 0;
}
