#ifndef SANDLOT_CONFINE_H
#define SANDLOT_CONFINE_H

/* Empties every capability set and locks the securebits, so that uid 0 of the namespace is worth nothing. */
int confine_drop_capabilities (void);

/* No exec may ever grant a privilege again (PR_SET_NO_NEW_PRIVS of prctl(2)). */
int confine_set_no_new_privs (void);

#endif
