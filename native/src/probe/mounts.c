#include "../init/mount-api.h"
#include "../init/shown-tree.h"
#include "abilities.h"
#include "new-root.h"
#include "slot.h"
#include <errno.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#define FLAGS_PLAIN (MS_NOSUID | MS_NODEV)

/* What every host has and a plan binds first. */
#define BIND_SOURCE "/usr"

static int
make_directory (struct probe *probe, const char *path)
{
  return mkdir (path, 0755) < 0 ? probe_fail_errno (probe, "mkdir") : 0;
}

static int
mount_tmpfs (struct probe *probe)
{
  int result = new_root_enter (probe);

  if (result == 0)
    result = make_directory (probe, "scratch");
  if (result < 0)
    return result;
  /* A slot's root comes by fsmount(2), a cell's work directory by mount(2). */
  if (sys_mount ("tmpfs", "scratch", "tmpfs", FLAGS_PLAIN, "size=65536,nr_inodes=16,mode=755") < 0)
    return probe_fail_errno (probe, "mount");
  return 0;
}

int
probe_tmpfs (struct probe *probe)
{
  return slot_run (probe, CLONE_NEWNS, mount_tmpfs);
}

static int
verify_read_only (struct probe *probe, const char *path)
{
  struct statvfs stats;

  if (statvfs (path, &stats) < 0)
    return probe_fail_errno (probe, "statvfs");
  return stats.f_flag & ST_RDONLY ? 0 : probe_fail (probe, "verify", EINVAL);
}

static int
attach_read_only (struct probe *probe, int tree)
{
  const uint64_t attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_RDONLY;

  if (sys_mount_setattr (tree, "", AT_EMPTY_PATH | AT_RECURSIVE, attributes) < 0)
    return probe_fail_errno (probe, "mount_setattr");
  if (sys_move_mount (tree, "usr") < 0)
    return probe_fail_errno (probe, "move_mount");
  return verify_read_only (probe, "usr");
}

static int
bind_tree (struct probe *probe)
{
  int tree, result = new_root_enter (probe);

  if (result == 0)
    result = make_directory (probe, "usr");
  if (result < 0)
    return result;
  tree = sys_open_tree (BIND_SOURCE, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
  if (tree < 0)
    return probe_fail_errno (probe, "open_tree");
  result = attach_read_only (probe, tree);
  close (tree);
  return result;
}

int
probe_bind_mount (struct probe *probe)
{
  return slot_run (probe, CLONE_NEWNS, bind_tree);
}

/* Put-old may be the new root itself: pivot_root(2), NOTES. */
static int
pivot (struct probe *probe)
{
  const int result = new_root_enter (probe);

  if (result < 0)
    return result;
  if (sys_pivot_root (".", ".") < 0)
    return probe_fail_errno (probe, "pivot_root");
  if (sys_umount2 (".", MNT_DETACH) < 0)
    return probe_fail_errno (probe, "umount");
  if (chroot (".") < 0)
    return probe_fail_errno (probe, "chroot");
  return 0;
}

int
probe_pivot_root (struct probe *probe)
{
  return slot_run (probe, CLONE_NEWNS, pivot);
}

static int
mount_overlay (struct probe *probe, const char *source)
{
  const int result = shown_tree_mount (source, "shown");

  if (result < 0)
    return probe_fail (probe, source, -result);
  return sys_umount2 ("shown", MNT_DETACH) < 0 ? probe_fail_errno (probe, "umount") : 0;
}

static int
mount_overlays (struct probe *probe)
{
  int result = new_root_enter (probe);

  if (result == 0)
    result = make_directory (probe, "shown");
  for (uint32_t i = 0; result == 0 && i < probe->shown_count; i++)
    result = mount_overlay (probe, probe->shown[i]);
  return result;
}

int
probe_overlay (struct probe *probe)
{
  return slot_run (probe, CLONE_NEWNS, mount_overlays);
}

static int
change_root (struct probe *probe)
{
  return chroot ("/") < 0 ? probe_fail_errno (probe, "chroot") : 0;
}

int
probe_chroot (struct probe *probe)
{
  return slot_run (probe, 0, change_root);
}
