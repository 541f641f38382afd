#ifndef SANDLOT_NETWORK_H
#define SANDLOT_NETWORK_H

/* Brings the loopback device of the current network namespace up. Returns 0 or -errno. */
int network_bring_loopback_up (void);

/*
 * Enters a fresh network namespace with its loopback device up, leaving behind what a payload did to the old
 * one: sockets in TIME_WAIT, orphaned connections, counters. Returns 0 or -errno.
 */
int network_renew (void);

#endif
