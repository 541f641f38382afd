/* Files: reading, writing, using them up, leading out of the work directory. */
#include "hold.h"
#include "payload.h"
#include "verbs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGE_BYTES 4096

static char block[65536];

/* Writes up to `wanted` bytes into a new file; returns how many, and why no more in `err` (0: all are there).
 */
static unsigned long long
write_file (const char *path, unsigned long long wanted, int *err)
{
  const int fd = open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  unsigned long long written = 0;

  *err = fd < 0 ? errno : 0;
  while (*err == 0 && written < wanted)
    {
      const unsigned long long left = wanted - written;
      const ssize_t length = write (fd, block, left < sizeof block ? (size_t)left : sizeof block);
      if (length < 0)
        *err = errno;
      else
        written += (unsigned long long)length;
    }
  if (fd >= 0 && close (fd) != 0 && *err == 0)
    *err = errno;
  return written;
}

int
verb_try_read (char **args)
{
  const int fd = open (args[0], O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  DIR *directory = NULL;

  if (fd < 0)
    return answer (fd);
  if (read (fd, block, 1) < 0 && (errno != EISDIR || (directory = fdopendir (fd)) == NULL))
    return answer (-1);
  return answer (directory == NULL ? close (fd) : closedir (directory));
}

int
verb_try_write (char **args)
{
  const char *path = args[0];
  const char *text = args[1];
  int fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  const bool is_new = fd >= 0;

  if (!is_new && errno == EEXIST)
    fd = open (path, O_WRONLY | O_APPEND | O_CLOEXEC);
  if (fd < 0)
    return answer (fd);
  const int result = text == NULL ? 0 : write_all (fd, text, strlen (text));
  const int err = errno;
  close (fd);
  if (is_new && text == NULL)
    unlink (path);
  errno = err;
  return answer (result);
}

int
verb_fill_disk (char **args)
{
  unsigned long long written = 0;
  int err = 0;

  /* One file may meet its own limit first: then it is EFBIG instead of the signal, and the next one goes on.
   */
  signal (SIGXFSZ, SIG_IGN);
  for (unsigned number = 0; err == 0 || err == EFBIG; number++)
    {
      char path[PATH_MAX];
      snprintf (path, sizeof path, "%s/fill-%u", args[0], number);
      written += write_file (path, 1ull << 30, &err);
    }
  printf ("wrote %llu %s\n", written, errno_name (err));
  return EXIT_OK;
}

int
verb_many_files (char **args)
{
  const unsigned long long wanted = read_number (args[1]);
  unsigned long long made = 0;
  int err = 0;

  while (made < wanted && err == 0)
    {
      char path[PATH_MAX];
      snprintf (path, sizeof path, "%s/file-%llu", args[0], made);
      const int fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
      if (fd < 0)
        err = errno;
      else
        made += close (fd) == 0;
    }
  printf ("made %llu %s\n", made, errno_name (err));
  return EXIT_OK;
}

int
verb_big_file (char **args)
{
  int err = 0;
  const unsigned long long written = write_file (args[0], read_number (args[1]), &err);

  printf ("wrote %llu %s\n", written, errno_name (err));
  return EXIT_OK;
}

/* A new file of `length` bytes that nobody has written. */
static int
open_sparse (const char *path, unsigned long long length)
{
  const int fd = open (path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

  signal (SIGXFSZ, SIG_IGN);
  if (fd < 0 || ftruncate (fd, (off_t)length) == 0)
    return fd;
  const int err = errno;
  close (fd);
  errno = err;
  return -1;
}

int
verb_sparse_file (char **args)
{
  const int fd = open_sparse (args[0], read_number (args[1]));
  unsigned long long done = 0;
  ssize_t length = -1;

  while (fd >= 0 && (length = read (fd, block, sizeof block)) > 0)
    done += (unsigned long long)length;
  tell_and_hold ("read", done, length < 0 ? errno : 0, NULL);
  return EXIT_OK;
}

int
verb_sparse_map (char **args)
{
  const unsigned long long length = read_number (args[1]);
  const int fd = open_sparse (args[0], length);
  const volatile char *map = fd < 0 ? MAP_FAILED : mmap (NULL, length, PROT_READ, MAP_SHARED, fd, 0);
  const int err = map == MAP_FAILED ? errno : 0;
  unsigned long long done = 0;

  for (; err == 0 && done < length; done += PAGE_BYTES)
    (void)map[done];
  tell_and_hold ("read", done, err, args[2]);
  return EXIT_OK;
}

int
verb_symlink_escape (char **args)
{
  static const struct
  {
    const char *target;
    const char *path;
  } links[] = {
    { "/etc/passwd", "escape-file" },
    { "/", "escape-root" },
    { "../../../../../../../../etc", "escape-up" },
    { "/proc/self/root/etc/passwd", "escape-proc" },
    { "escape-loop", "escape-loop" },
  };

  (void)args;
  for (size_t index = 0; index < sizeof links / sizeof *links; index++)
    {
      if (symlink (links[index].target, links[index].path) != 0)
        return fail (links[index].path);
      puts (links[index].path);
    }
  if (mkfifo ("escape-fifo", 0600) != 0)
    return fail ("escape-fifo");
  puts ("escape-fifo");
  return EXIT_OK;
}
