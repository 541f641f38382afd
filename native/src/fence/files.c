#include "files.h"
#include "../cell/processes.h"
#include "../cell/scratch.h"
#include "../cell/shared-memory.h"
#include "rules.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK_BYTES 512u /* the unit of st_blocks: stat(3type) */

/* More than that is too much, whatever the job may have: to look at them would take too long. */
#define MAX_ENTRIES 65536u
#define MAX_LEVELS 256

static struct
{
  uint64_t bytes; /* 0: not known yet */
  uint64_t entries;
} limit;

static pid_t program, holder;

/* What a walk has found. */
struct found
{
  uint64_t bytes;
  uint64_t entries;
  bool too_many; /* it was cut short */
};

int
open_work_directory (void)
{
  const int fd = open (".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  return fd < 0 ? -errno : fd;
}

int
scratch_resize (uint64_t size, uint64_t inodes)
{
  limit.bytes = size;
  limit.entries = inodes < MAX_ENTRIES ? inodes : MAX_ENTRIES;
  return 0;
}

void
files_belong_to (pid_t of, pid_t by)
{
  program = of;
  holder = by;
}

static bool
is_name (const char *name)
{
  return strcmp (name, ".") != 0 && strcmp (name, "..") != 0;
}

/* All names of a file are here, so that each stands for its share of it; a directory has one. */
static void
add_entry (struct found *found, const struct stat *st)
{
  const uint64_t names = S_ISDIR (st->st_mode) || st->st_nlink == 0 ? 1 : st->st_nlink;

  found->entries++;
  found->bytes += (uint64_t)st->st_blocks * BLOCK_BYTES / names;
}

/* Adds what is in directory `name` of `parent`. What vanishes meanwhile does not count; what may not be read,
 * and a runner makes no such directory, is too much. */
static void
add_directory (struct found *found, int parent, const char *name, int level)
{
  const int fd = openat (parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  DIR *const directory = fd < 0 ? NULL : fdopendir (fd);
  const struct dirent *entry;
  struct stat st;

  found->too_many |= level > MAX_LEVELS || (directory == NULL && errno != ENOENT && errno != ENOTDIR);
  while (directory != NULL && !found->too_many && (entry = readdir (directory)) != NULL)
    {
      if (!is_name (entry->d_name) || fstatat (fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
        continue;
      add_entry (found, &st);
      found->too_many |= found->entries > limit.entries;
      if (S_ISDIR (st.st_mode))
        add_directory (found, fd, entry->d_name, level + 1);
    }
  if (directory != NULL)
    closedir (directory);
  else if (fd >= 0)
    close (fd);
}

/* Open files whose last name is gone. */
static void
add_nameless (struct found *found)
{
  struct process_list list;
  int fd;

  descriptors_open (&list, holder);
  while ((fd = processes_next (&list)) >= 0)
    {
      char path[48];
      struct stat st;

      snprintf (path, sizeof path, "/proc/%d/fd/%d", holder, fd);
      if (stat (path, &st) == 0 && S_ISREG (st.st_mode) && st.st_nlink == 0)
        found->bytes += (uint64_t)st.st_blocks * BLOCK_BYTES;
    }
}

/* Of a line of /proc/PID/maps. Shared memory, which is no file, is named /dev/zero. */
static bool
is_of_nameless (const char *line)
{
  const char *path = strchr (line, '/');

  return path != NULL && strstr (path, " (deleted)\n") != NULL && strcmp (path, "/dev/zero (deleted)\n") != 0;
}

/* A mapping keeps a file that has neither name nor descriptor. No runner has one, and nothing tells how large
 * it is. */
static bool
maps_nameless (void)
{
  char path[32], line[PATH_MAX + 128];
  bool is_found = false;

  snprintf (path, sizeof path, "/proc/%d/maps", holder);
  FILE *const maps = fopen (path, "re");
  while (maps != NULL && !is_found && fgets (line, sizeof line, maps) != NULL)
    is_found = is_of_nameless (line);
  if (maps != NULL)
    fclose (maps);
  return is_found;
}

struct disk_use
disk_use (void)
{
  struct found found = { 0 };

  if (limit.bytes == 0)
    return (struct disk_use){ 0 };
  add_directory (&found, AT_FDCWD, ".", 0);
  if (is_our_program (program))
    {
      add_nameless (&found);
      found.too_many |= maps_nameless ();
    }
  const bool is_overrun = found.too_many || found.bytes > limit.bytes;
  return (struct disk_use){ .used_bytes = found.bytes, .full = is_overrun, .overrun = is_overrun };
}

/* Files are on a disk. Their pages in memory can be given back. */
uint64_t
shared_memory_bytes (void)
{
  return 0;
}

/* Moves what is in directory `name` of `top` up into `top`, under names that nobody has: however deep a tree
 * is, no path becomes too long and no two levels are open at once. */
static void
flatten (int top, const char *name)
{
  static unsigned long moved;
  const int fd = fchmodat (top, name, 0700, 0) < 0
                     ? -1
                     : openat (top, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  DIR *const directory = fd < 0 ? NULL : fdopendir (fd);
  const struct dirent *entry;
  struct stat st;

  while (directory != NULL && (entry = readdir (directory)) != NULL)
    {
      char fresh[48];

      if (!is_name (entry->d_name))
        continue;
      snprintf (fresh, sizeof fresh, ".sandlot-removed-%d-%lu", getpid (), moved++);
      /* Its owner may always; but to a new parent only what it may write to. */
      if (fstatat (fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR (st.st_mode))
        fchmodat (fd, entry->d_name, 0700, 0);
      renameat2 (fd, entry->d_name, top, fresh, RENAME_NOREPLACE);
    }
  if (directory != NULL)
    closedir (directory);
  else if (fd >= 0)
    close (fd);
}

/* Returns whether an entry was left. */
static bool
remove_entries (int top)
{
  DIR *const directory = fdopendir (top);
  const struct dirent *entry;
  bool is_left = false;

  while (directory != NULL && (entry = readdir (directory)) != NULL)
    {
      if (!is_name (entry->d_name) || unlinkat (top, entry->d_name, 0) == 0
          || unlinkat (top, entry->d_name, AT_REMOVEDIR) == 0)
        continue;
      flatten (top, entry->d_name);
      is_left = true;
    }
  if (directory != NULL)
    closedir (directory);
  return is_left;
}

/* Each round takes one level off. A round after which as much is left is no use: whoever starts next in the
 * directory, or its owner, has to know. */
void
files_remove (void)
{
  for (int rounds = 0; rounds < (int)MAX_ENTRIES; rounds++)
    {
      const int top = open_work_directory ();

      if (top < 0 || !remove_entries (top))
        return;
    }
}
