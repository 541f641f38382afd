/*
 * How the payload of an explained step starts: by fork(2), not vfork(2), because somebody has to answer for
 * its system calls from the moment its filter listens. The listener is taken out of its hands before it
 * executes its program.
 */
#ifndef SANDLOT_HANDOVER_H
#define SANDLOT_HANDOVER_H

#include "../../include/protocol.h"
#include "filter.h"
#include <stdatomic.h>
#include <sys/types.h>

/* Shared by both sides. */
struct handover
{
  struct sbx_error error; /* set by the child before it gives up */
  _Atomic int listener;   /* in the child, -1 before there is one */
  _Atomic bool taken;
  int alive[2]; /* a pipe that ends when the child executes its program or dies */
};

/* NULL with errno. */
struct handover *handover_create (void);
void handover_release (struct handover *handover);

/* In the child, last before execve(2): installs the filter and waits until its listener is taken. 0 or
 * -errno. */
int handover_install (struct handover *handover, struct filter *filter);

/*
 * In the parent: takes the listener and answers for the child (denials.h) until it has executed its program,
 * or failed to. Returns 0 or -errno; what the child says of itself is in `error`.
 */
int handover_attend (struct handover *handover, pid_t child, const struct filter *filter);

#endif
