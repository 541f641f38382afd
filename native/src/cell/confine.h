/* What keeps a payload in. Those marked (*) init and fence do each in its own way. */
#ifndef SANDLOT_CONFINE_H
#define SANDLOT_CONFINE_H

#include <sys/types.h>

/*
 * (*) The Landlock rules of all steps (landlock.h). Returns their descriptor, the same each time; -ENOSYS or
 * -EOPNOTSUPP where this kernel has none and they are only a second fence; or another -errno.
 */
int confine_prepare_fence (void);

/* (*) In the payload: gives up every privilege, for good. Returns 0 or -errno. */
int confine_drop_privileges (void);

/* (*) Kills every process of the step that `main` has begun. */
void confine_kill_all (pid_t main);

/* No exec may ever grant a privilege again (PR_SET_NO_NEW_PRIVS of prctl(2)). */
int confine_set_no_new_privs (void);

#endif
