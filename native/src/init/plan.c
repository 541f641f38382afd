/*
 * Performs a plan: the worker decides, in data, what root a slot and a cell get; this file only does it. Each
 * operation reads its own arguments, all of them before it acts.
 */
#include "plan.h"
#include "../cell/write-all.h"
#include "mount-api.h"
#include "network.h"
#include "shown-tree.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* From linux/mount.h by another name: sys/mount.h cannot be included beside it. */
#define FLAGS_PRIVATE (MS_REC | MS_PRIVATE)
#define FLAGS_PLAIN (MS_NOSUID | MS_NODEV)

static int
result_of (int result)
{
  return result < 0 ? -errno : 0;
}

static int
close_with (int fd, int result)
{
  close (fd);
  return result;
}

/* A tmpfs on top of "/", which becomes the working directory: the old root stays reachable by absolute paths.
 */
static int
new_root (struct reader *plan)
{
  const uint64_t size = reader_u64 (plan), inodes = reader_u64 (plan);
  char size_text[24], inodes_text[24];
  int context, root;

  if (plan->broken)
    return -EPROTO;
  snprintf (size_text, sizeof size_text, "%llu", (unsigned long long)size);
  snprintf (inodes_text, sizeof inodes_text, "%llu", (unsigned long long)inodes);
  if (sys_mount (NULL, "/", NULL, FLAGS_PRIVATE, NULL) < 0)
    return -errno;
  context = sys_fsopen ("tmpfs");
  if (context < 0)
    return -errno;
  if (sys_fsconfig_string (context, "size", size_text) < 0
      || sys_fsconfig_string (context, "nr_inodes", inodes_text) < 0
      || sys_fsconfig_string (context, "mode", "755") < 0 || sys_fsconfig_create (context) < 0)
    return close_with (context, -errno);
  root = sys_fsmount (context, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
  if (root < 0)
    return close_with (context, -errno);
  close (context);
  if (sys_move_mount (root, "/") < 0 || fchdir (root) < 0)
    return close_with (root, -errno);
  return close_with (root, 0);
}

static int
make_directory (struct reader *plan)
{
  const char *path = reader_string (plan);
  const uint32_t mode = reader_u32 (plan);

  return plan->broken ? -EPROTO : result_of (mkdir (path, mode));
}

static int
make_symlink (struct reader *plan)
{
  const char *target = reader_string (plan);
  const char *path = reader_string (plan);

  return plan->broken ? -EPROTO : result_of (symlink (target, path));
}

static int
write_file (struct reader *plan)
{
  const char *path = reader_string (plan);
  const uint32_t mode = reader_u32 (plan);
  uint32_t length;
  const uint8_t *content = reader_bytes (plan, &length);

  if (plan->broken)
    return -EPROTO;
  const int fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
  return fd < 0 ? -errno : close_with (fd, write_all (fd, content, length));
}

/* Binds a tree, unless told otherwise read-only all the way down; mount(2) with MS_REMOUNT would miss
 * submounts. */
static int
bind_at (const char *source, const char *path, uint32_t flags)
{
  uint64_t attributes = MOUNT_ATTR_NOSUID;
  int tree, result;

  /* Before there is a mount: to give one up again makes the kernel wait for all its processors. */
  if ((flags & SBX_BIND_OPTIONAL) && faccessat (AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) < 0)
    return errno == ENOENT ? 0 : -errno;
  attributes |= flags & SBX_BIND_WRITABLE ? 0 : MOUNT_ATTR_RDONLY;
  attributes |= flags & SBX_BIND_DEVICE ? MOUNT_ATTR_NOEXEC : MOUNT_ATTR_NODEV;
  tree = sys_open_tree (source, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
  if (tree < 0)
    return errno == ENOENT && (flags & SBX_BIND_OPTIONAL) ? 0 : -errno;
  result = result_of (sys_mount_setattr (tree, "", AT_EMPTY_PATH | AT_RECURSIVE, attributes));
  if (result == 0)
    result = result_of (sys_move_mount (tree, path));
  return close_with (tree, result);
}

static int
bind_tree (struct reader *plan)
{
  const char *source = reader_string (plan);
  const char *path = reader_string (plan);
  const uint32_t flags = reader_u32 (plan);

  return plan->broken ? -EPROTO : bind_at (source, path, flags);
}

/* Positive: the errno of the overlay; the tree is bound in its place. */
static int
show_tree (struct reader *plan)
{
  const char *source = reader_string (plan);
  const char *path = reader_string (plan);

  if (plan->broken)
    return -EPROTO;
  const int refused = -shown_tree_mount (source, path);
  const int result = refused == 0 ? 0 : bind_at (source, path, 0);
  return result < 0 ? result : refused;
}

static int
forget_names (struct reader *plan)
{
  const char *path = reader_string (plan);

  return plan->broken ? -EPROTO : shown_tree_forget (path);
}

static int
mount_tmpfs (struct reader *plan)
{
  const char *path = reader_string (plan);
  const uint64_t size = reader_u64 (plan), inodes = reader_u64 (plan);
  const uint32_t mode = reader_u32 (plan);
  char options[96];

  if (plan->broken)
    return -EPROTO;
  snprintf (options, sizeof options, "size=%llu,nr_inodes=%llu,mode=%o", (unsigned long long)size,
            (unsigned long long)inodes, mode);
  return result_of (sys_mount ("tmpfs", path, "tmpfs", FLAGS_PLAIN, options));
}

static int
mount_proc (struct reader *plan)
{
  const char *path = reader_string (plan);
  const uint32_t flags = reader_u32 (plan);
  const unsigned long read_only = flags & SBX_PROC_READ_ONLY ? MS_RDONLY : 0;
  const char *options = flags & SBX_PROC_PIDS_ONLY ? "subset=pid" : NULL;

  return plan->broken
             ? -EPROTO
             : result_of (sys_mount ("proc", path, "proc", FLAGS_PLAIN | MS_NOEXEC | read_only, options));
}

/*
 * The working directory becomes the root and the old root goes away with all below it. Put-old may be the new
 * root itself: the old one is then stacked on top and can be detached at once (pivot_root(2), NOTES).
 */
static int
pivot_root (void)
{
  if (sys_pivot_root (".", ".") < 0 || sys_umount2 (".", MNT_DETACH) < 0)
    return -errno;
  if (chroot (".") < 0 || chdir ("/") < 0)
    return -errno;
  return 0;
}

static int
seal_root (void)
{
  return result_of (sys_mount_setattr (AT_FDCWD, "/", 0, MOUNT_ATTR_RDONLY));
}

static int
set_hostname (struct reader *plan)
{
  const char *name = reader_string (plan);

  return plan->broken ? -EPROTO : result_of (sethostname (name, strlen (name)));
}

static int
set_sysctl (struct reader *plan)
{
  const char *path = reader_string (plan);
  const char *value = reader_string (plan);
  const uint32_t optional = reader_u32 (plan);

  if (plan->broken)
    return -EPROTO;
  const int fd = open (path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT && optional)
    return 0;
  return fd < 0 ? -errno : close_with (fd, write_all (fd, (const uint8_t *)value, strlen (value)));
}

/* Returns 0, -errno, or errno if it was done in a lesser way. */
static int
perform (uint32_t operation, struct reader *plan)
{
  switch ((enum sbx_operation)operation)
    {
    case SBX_OP_NEW_ROOT:
      return new_root (plan);
    case SBX_OP_MAKE_DIRECTORY:
      return make_directory (plan);
    case SBX_OP_MAKE_SYMLINK:
      return make_symlink (plan);
    case SBX_OP_WRITE_FILE:
      return write_file (plan);
    case SBX_OP_BIND:
      return bind_tree (plan);
    case SBX_OP_MOUNT_TMPFS:
      return mount_tmpfs (plan);
    case SBX_OP_MOUNT_PROC:
      return mount_proc (plan);
    case SBX_OP_PIVOT_ROOT:
      return pivot_root ();
    case SBX_OP_SEAL_ROOT:
      return seal_root ();
    case SBX_OP_SET_HOSTNAME:
      return set_hostname (plan);
    case SBX_OP_BRING_LOOPBACK_UP:
      return network_bring_loopback_up ();
    case SBX_OP_SET_SYSCTL:
      return set_sysctl (plan);
    case SBX_OP_SHOW_TREE:
      return show_tree (plan);
    case SBX_OP_FORGET_NAMES:
      return forget_names (plan);
    }
  return -EPROTO;
}

int
plan_execute (struct reader *plan, struct sbx_error *error)
{
  const uint32_t count = reader_u32 (plan);

  for (uint32_t index = 0; index < count; index++)
    {
      const uint32_t operation = reader_u32 (plan);
      const int result = plan->broken ? -EPROTO : perform (operation, plan);

      if (result < 0 || (result > 0 && error->err == 0))
        *error
            = (struct sbx_error){ .step = (int32_t)operation, .index = (int32_t)index, .err = abs (result) };
      if (result < 0)
        return result;
    }
  return plan->broken ? -EPROTO : 0;
}
