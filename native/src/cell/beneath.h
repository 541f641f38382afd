/* Opening below the work directory and nowhere else. */
#ifndef SANDLOT_BENEATH_H
#define SANDLOT_BENEATH_H

#include <stdint.h>

/* PATH_MAX of limits.h, less the terminating NUL. */
#define MAX_PATH_BYTES 4095

/*
 * Opens below `directory` and nowhere else, whatever links a payload may have planted: no "..", no absolute
 * path, no symbolic or magic link on the way, no other mount (openat2(2)). Returns a descriptor or -errno.
 */
int open_beneath (int directory, const char *path, uint64_t flags, uint64_t mode);

#endif
