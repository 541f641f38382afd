#include "put-files.h"
#include "beneath.h"
#include "scratch.h"
#include "write-all.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Makes directory `name` below `parent` if it is missing, opens it and closes the parent. */
static int
descend (int parent, const char *name)
{
  int fd;

  if (mkdirat (parent, name, 0755) < 0 && errno != EEXIST)
    fd = -errno;
  else
    fd = open_beneath (parent, name, O_RDONLY | O_DIRECTORY, 0);
  close (parent);
  return fd;
}

/* Creates the file itself: never follows or replaces what is there. */
static int
create_file (int directory, const char *name, uint32_t mode, const uint8_t *bytes, uint32_t length)
{
  const int fd = open_beneath (directory, name, O_WRONLY | O_CREAT | O_EXCL, mode & 0777);
  int result;

  if (fd < 0)
    return fd;
  result = write_all (fd, bytes, length);
  /* The mode at creation was subject to the umask. */
  if (result == 0 && fchmod (fd, mode & 0777) < 0)
    result = -errno;
  close (fd);
  return result;
}

static int
put_file (const char *path, uint32_t mode, const uint8_t *bytes, uint32_t length)
{
  char copy[MAX_PATH_BYTES + 1];
  char *name = copy, *slash;
  int directory, result;

  if (strlen (path) > MAX_PATH_BYTES)
    return -ENAMETOOLONG;
  strcpy (copy, path);
  directory = open_work_directory ();
  if (directory < 0)
    return directory;
  while ((slash = strchr (name, '/')) != NULL)
    {
      *slash = '\0';
      directory = descend (directory, name);
      if (directory < 0)
        return directory;
      name = slash + 1;
    }
  result = create_file (directory, name, mode, bytes, length);
  close (directory);
  return result;
}

int
put_files (struct reader *files, struct sbx_error *error)
{
  const uint32_t count = reader_u32 (files);

  for (uint32_t index = 0; index < count; index++)
    {
      const char *path = reader_string (files);
      const uint32_t mode = reader_u32 (files);
      uint32_t length;
      const uint8_t *bytes = reader_bytes (files, &length);
      const int result = files->broken ? -EPROTO : put_file (path, mode, bytes, length);

      if (result < 0)
        {
          *error = (struct sbx_error){ .step = SBX_STEP_PUT_FILE, .index = (int32_t)index, .err = -result };
          return result;
        }
    }
  return files->broken ? -EPROTO : 0;
}
