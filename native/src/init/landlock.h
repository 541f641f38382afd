/*
 * A second fence around the file system (landlock(7)): the payload reads and executes what its root shows,
 * writes below the work directory, /tmp, /dev/shm and to devices, and signals or meets by abstract sockets
 * nobody outside its own processes. It holds should a mount ever be writable, or init be reachable, by
 * mistake.
 */
#ifndef SANDLOT_LANDLOCK_H
#define SANDLOT_LANDLOCK_H

/*
 * Makes the rules of a cell, as far as this kernel knows them. Returns their descriptor, -ENOSYS or
 * -EOPNOTSUPP where there is no Landlock, or another -errno.
 */
int landlock_prepare (void);

/* Fences the calling thread in, for good. Returns 0 or -errno. */
int landlock_enter (int rules);

#endif
