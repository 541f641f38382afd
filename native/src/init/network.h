#ifndef SANDLOT_NETWORK_H
#define SANDLOT_NETWORK_H

/* Brings the loopback device of the current network namespace up. Returns 0 or -errno. */
int network_bring_loopback_up (void);

/*
 * Gives the next cell a network namespace that remembers nothing of the last one: sockets in TIME_WAIT,
 * orphaned connections, counters. If the current one has carried no packet and counted nothing since it was
 * made, it is as good as new and stays; otherwise a fresh one is entered. Returns 0 or -errno.
 */
int network_renew_if_used (void);

#endif
