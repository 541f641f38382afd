/* Mount system calls by number: older C libraries lack the wrappers, newer ones clash with linux/mount.h. */
#ifndef SANDLOT_MOUNT_API_H
#define SANDLOT_MOUNT_API_H

#include <fcntl.h>
#include <linux/mount.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef MNT_DETACH
#define MNT_DETACH 2 /* umount2(2) */
#endif

static inline int
sys_mount (const char *source, const char *target, const char *type, unsigned long flags, const char *options)
{
  return (int)syscall (SYS_mount, source, target, type, flags, options);
}

static inline int
sys_umount2 (const char *target, int flags)
{
  return (int)syscall (SYS_umount2, target, flags);
}

static inline int
sys_pivot_root (const char *new_root, const char *put_old)
{
  return (int)syscall (SYS_pivot_root, new_root, put_old);
}

static inline int
sys_open_tree (const char *path, unsigned int flags)
{
  return (int)syscall (SYS_open_tree, AT_FDCWD, path, flags);
}

/* Attaches the mount behind `fd` at `path`. */
static inline int
sys_move_mount (int fd, const char *path)
{
  return (int)syscall (SYS_move_mount, fd, "", AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH);
}

static inline int
sys_fsopen (const char *type)
{
  return (int)syscall (SYS_fsopen, type, FSOPEN_CLOEXEC);
}

static inline int
sys_fsconfig_string (int fd, const char *key, const char *value)
{
  return (int)syscall (SYS_fsconfig, fd, FSCONFIG_SET_STRING, key, value, 0);
}

static inline int
sys_fsconfig_create (int fd)
{
  return (int)syscall (SYS_fsconfig, fd, FSCONFIG_CMD_CREATE, NULL, NULL, 0);
}

static inline int
sys_fsconfig_flag (int fd, const char *key)
{
  return (int)syscall (SYS_fsconfig, fd, FSCONFIG_SET_FLAG, key, NULL, 0);
}

/* Takes effect on what was picked. */
static inline int
sys_fsconfig_reconfigure (int fd)
{
  return (int)syscall (SYS_fsconfig, fd, FSCONFIG_CMD_RECONFIGURE, NULL, NULL, 0);
}

/* The file system that is mounted at `path`, to be reconfigured. */
static inline int
sys_fspick (const char *path)
{
  return (int)syscall (SYS_fspick, AT_FDCWD, path, FSPICK_CLOEXEC | FSPICK_SYMLINK_NOFOLLOW);
}

static inline int
sys_fsmount (int fd, unsigned int attributes)
{
  return (int)syscall (SYS_fsmount, fd, FSMOUNT_CLOEXEC, attributes);
}

/* Sets attributes on a mount, and with AT_RECURSIVE on all below it. */
static inline int
sys_mount_setattr (int fd, const char *path, unsigned int flags, uint64_t set)
{
  struct mount_attr attr = { .attr_set = set };

  return (int)syscall (SYS_mount_setattr, fd, path, flags, &attr, sizeof attr);
}

#endif
