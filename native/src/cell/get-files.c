#include "get-files.h"
#include "beneath.h"
#include "scratch.h"
#include "write-all.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CHUNK_BYTES 65536
#define LISTING_BYTES 2048

/* One errand at a time: what is left of its bounds, and the entry at hand. */
static struct
{
  int pipe;
  bool unread; /* the worker reads no more */
  uint64_t file_bytes, room_bytes;
  uint32_t room_entries, room_path_bytes, max_levels;
  uint32_t request;
  bool cut; /* the requested directory has more entries than there was room for */
  char path[MAX_PATH_BYTES + 1];
  size_t path_length;
} errand;

static uint8_t chunk[CHUNK_BYTES];

static void
send_bytes (const void *bytes, size_t length)
{
  if (!errand.unread && write_all (errand.pipe, bytes, length) < 0)
    errand.unread = true;
}

static void
send_record (uint32_t kind, uint64_t size)
{
  const struct sbx_file_record record = {
    .kind = kind,
    .request = errand.request,
    .path_length = (uint32_t)errand.path_length,
    .size = size,
  };

  send_bytes (&record, sizeof record);
  send_bytes (errand.path, errand.path_length);
}

/* As many bytes as were announced, whatever becomes of the file: zeros stand for what cannot be read. */
static void
send_content (int fd, uint64_t size)
{
  uint32_t failure = 0;

  for (uint64_t left = size; left > 0 && !errand.unread;)
    {
      const size_t wanted = left < sizeof chunk ? (size_t)left : sizeof chunk;
      ssize_t got = failure == 0 ? read (fd, chunk, wanted) : 0;

      if (got <= 0)
        {
          failure = failure != 0 ? failure : got < 0 ? (uint32_t)errno : EIO;
          got = (ssize_t)wanted;
          memset (chunk, 0, wanted);
        }
      send_bytes (chunk, (size_t)got);
      left -= (uint64_t)got;
    }
  send_bytes (&failure, sizeof failure);
}

/* A file counts by its length, holes too: that is what would come out of it. */
static void
take_file (int directory, const char *name)
{
  const int fd = open_beneath (directory, name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY, 0);
  struct stat st;

  if (fd < 0)
    {
      send_record (SBX_FILE_UNREADABLE, 0);
      return;
    }
  if (fstat (fd, &st) < 0 || !S_ISREG (st.st_mode))
    send_record (SBX_FILE_UNREADABLE, 0);
  else if ((uint64_t)st.st_size > errand.file_bytes)
    send_record (SBX_FILE_TOO_LARGE, (uint64_t)st.st_size);
  else if ((uint64_t)st.st_size > errand.room_bytes)
    send_record (SBX_FILE_TOTAL_EXCEEDED, (uint64_t)st.st_size);
  else
    {
      errand.room_bytes -= (uint64_t)st.st_size;
      send_record (SBX_FILE_TAKEN, (uint64_t)st.st_size);
      send_content (fd, (uint64_t)st.st_size);
    }
  close (fd);
}

static void visit (int directory, const char *name, uint32_t level);

/* One entry of a directory, whose path is the one at hand. */
static void
visit_entry (int directory, const char *name, uint32_t level)
{
  const size_t before = errand.path_length, name_length = strlen (name);
  const size_t length = before + 1 + name_length;

  if (errand.room_entries == 0 || errand.room_path_bytes < length)
    {
      errand.cut = true;
      return;
    }
  errand.room_entries--;
  errand.room_path_bytes -= (uint32_t)length;
  if (length > MAX_PATH_BYTES)
    {
      send_record (SBX_FILE_TOO_DEEP, 0);
      return;
    }
  errand.path[before] = '/';
  memcpy (errand.path + before + 1, name, name_length + 1);
  errand.path_length = length;
  visit (directory, name, level);
  errand.path[before] = '\0';
  errand.path_length = before;
}

static bool
is_dots (const char *name)
{
  return strcmp (name, ".") == 0 || strcmp (name, "..") == 0;
}

static void
visit_entries (int directory, uint32_t level)
{
  char listing[LISTING_BYTES] __attribute__ ((aligned (8)));
  long length;

  while ((length = syscall (SYS_getdents64, directory, listing, sizeof listing)) > 0)
    for (long at = 0; at < length;)
      {
        const struct dirent64 *entry = (const struct dirent64 *)(listing + at);

        if (!is_dots (entry->d_name))
          visit_entry (directory, entry->d_name, level);
        if (errand.cut || errand.unread)
          return;
        at += entry->d_reclen;
      }
  if (length < 0)
    send_record (SBX_FILE_UNREADABLE, 0);
}

static void
visit_directory (int parent, const char *name, uint32_t level)
{
  if (level > errand.max_levels)
    {
      send_record (SBX_FILE_TOO_DEEP, 0);
      return;
    }
  const int directory = open_beneath (parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
  if (directory < 0)
    {
      send_record (SBX_FILE_UNREADABLE, 0);
      return;
    }
  visit_entries (directory, level);
  close (directory);
}

static uint32_t
kind_of_errno (int err)
{
  switch (err)
    {
    case ENOENT:
    case ENOTDIR:
      return SBX_FILE_MISSING;
    case ELOOP:
      return SBX_FILE_SYMBOLIC_LINK;
    default:
      return SBX_FILE_UNREADABLE;
    }
}

/* Looks first (O_PATH opens nothing, open(2)): a FIFO or a device may act when it is opened. */
static void
visit (int directory, const char *name, uint32_t level)
{
  const int fd = open_beneath (directory, name, O_PATH | O_NOFOLLOW, 0);
  struct stat st;

  if (fd < 0)
    {
      send_record (kind_of_errno (-fd), 0);
      return;
    }
  const bool is_known = fstat (fd, &st) == 0;
  close (fd);
  if (!is_known)
    send_record (SBX_FILE_UNREADABLE, 0);
  else if (S_ISREG (st.st_mode))
    take_file (directory, name);
  else if (S_ISDIR (st.st_mode))
    visit_directory (directory, name, level + 1);
  else
    send_record (S_ISLNK (st.st_mode) ? SBX_FILE_SYMBOLIC_LINK : SBX_FILE_SPECIAL_FILE, 0);
}

/* False if the path is too long to be one. */
static bool
begin_request (uint32_t index, const char *path)
{
  errand.request = index;
  errand.cut = false;
  errand.path_length = strlen (path);
  if (errand.path_length > MAX_PATH_BYTES)
    return false;
  memcpy (errand.path, path, errand.path_length + 1);
  return true;
}

static void
serve_path (int work_directory, const char *path)
{
  if (work_directory < 0)
    send_record (SBX_FILE_UNREADABLE, 0);
  else
    visit (work_directory, path, 0);
  if (errand.cut)
    send_record (SBX_FILE_TOO_MANY, 0);
}

static void
read_bounds (struct reader *body)
{
  errand.file_bytes = reader_u64 (body);
  errand.room_bytes = reader_u64 (body);
  errand.room_entries = reader_u32 (body);
  errand.room_path_bytes = reader_u32 (body);
  errand.max_levels = reader_u32 (body);
}

/* Returns false if the request is not well-formed. */
static bool
serve_paths (struct reader *body)
{
  const int work_directory = open_work_directory ();
  const uint32_t count = reader_u32 (body);
  bool is_proper = !body->broken;

  for (uint32_t index = 0; index < count && is_proper && !errand.unread; index++)
    {
      const char *path = reader_string (body);

      is_proper = !body->broken && begin_request (index, path);
      if (is_proper)
        serve_path (work_directory, path);
    }
  if (work_directory >= 0)
    close (work_directory);
  return is_proper;
}

int
get_files (struct request *request, struct sbx_error *error)
{
  errand.pipe = request_take_fd (request, 0);
  errand.unread = false;
  read_bounds (&request->body);
  const bool is_proper = errand.pipe >= 0 && serve_paths (&request->body);

  if (is_proper)
    {
      errand.path_length = 0;
      send_record (SBX_FILE_END, 0);
    }
  if (errand.pipe >= 0)
    close (errand.pipe);
  if (is_proper)
    return 0;
  *error = (struct sbx_error){ .step = SBX_STEP_READ_REQUEST, .index = 0, .err = EPROTO };
  return -EPROTO;
}
