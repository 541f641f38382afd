#ifndef SANDLOT_FENCE_RULES_H
#define SANDLOT_FENCE_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * Makes the Landlock rules: `files` may be read and executed, what is in the working directory changed.
 * Before anything is started. Returns 0; -EOPNOTSUPP or -ENOSYS if this kernel's Landlock is too old (below
 * version 3, Linux 6.2) or missing: there is no other wall around files; or another -errno.
 */
int rules_make (char *const *files, size_t count);

/* Whether this is the program, living or not yet waited for. After that the number may be anybody's. */
bool is_our_program (pid_t pid);

#endif
