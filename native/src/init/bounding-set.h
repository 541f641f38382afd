/* The capability bounding set: what execve(2) may grant at most (capabilities(7)). */
#ifndef SANDLOT_BOUNDING_SET_H
#define SANDLOT_BOUNDING_SET_H

/*
 * Drops what is left of it, for good and for all children, while this process keeps what it has. It takes
 * CAP_SETPCAP. Returns 0 or -errno.
 */
int bounding_set_drop (void);

#endif
