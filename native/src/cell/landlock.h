/*
 * A fence around files (landlock(7)): who is within reads, executes and changes only what is below places
 * that its rules name, and signals or meets by abstract sockets nobody outside. In a cell with namespaces it
 * is a second one: it holds should a mount ever be writable, or init be reachable, by mistake.
 */
#ifndef SANDLOT_LANDLOCK_H
#define SANDLOT_LANDLOCK_H

#include <linux/landlock.h>
#include <stddef.h>
#include <stdint.h>

/* What later versions of the interface brought; headers may be older than the kernel. */
#define LANDLOCK_TRUNCATE (1ull << 14)  /* 3 */
#define LANDLOCK_IOCTL_DEV (1ull << 15) /* 5 */

#define LANDLOCK_READ_FILE LANDLOCK_ACCESS_FS_READ_FILE
#define LANDLOCK_EXECUTE (LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_READ_FILE)
#define LANDLOCK_READ (LANDLOCK_EXECUTE | LANDLOCK_ACCESS_FS_READ_DIR)
/* Of devices that are there. */
#define LANDLOCK_USE (LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_TRUNCATE | LANDLOCK_IOCTL_DEV)
#define LANDLOCK_CHANGE                                                                                      \
  (LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE            \
   | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK                \
   | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_SYM | LANDLOCK_ACCESS_FS_REFER                   \
   | LANDLOCK_TRUNCATE)

/* A file, or a directory with all below it, and what may be done there. */
struct landlock_place
{
  const char *path;
  uint64_t access;
};

/* The version of the interface that this kernel has; -ENOSYS or -EOPNOTSUPP where there is no Landlock. */
int landlock_version (void);

/* Makes rules, as far as this kernel knows them. Returns their descriptor or -errno, as landlock_version().
 */
int landlock_prepare (const struct landlock_place *places, size_t count);

/* Fences the calling thread in, for good. Returns 0 or -errno. */
int landlock_enter (int rules);

#endif
