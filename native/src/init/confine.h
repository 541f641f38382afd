#ifndef SANDLOT_CONFINE_H
#define SANDLOT_CONFINE_H

/* Empties every capability set and locks the securebits, so that uid 0 of the namespace is worth nothing. */
int confine_drop_capabilities (void);

/* No exec may ever grant a privilege again (PR_SET_NO_NEW_PRIVS of prctl(2)). */
int confine_set_no_new_privs (void);

/*
 * Closes what namespaces leave open between cells: key rings (user namespace and host uid outlive a cell),
 * vsock (no namespace bounds it), io_uring (would go around this filter), the limits of other processes,
 * foreign ABIs.
 */
int confine_filter_system_calls (void);

#endif
