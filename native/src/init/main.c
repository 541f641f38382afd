/*
 * init: pid 1 of a slot, and, cloned from there, pid 1 of every cell. Started only by the launch library,
 * with /dev/null on 0-2 and the control socket on 3; it never allocates memory.
 */
#include "slot.h"
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

/*
 * Signals to init stay pending: it blocks them all. Those with data are counted by uid, which slots and
 * worker share, and the limit of whom they are sent to bounds them. SIGCHLD comes all the same.
 */
static void
refuse_queued_signals (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_SIGPENDING, &limit) < 0)
    return;
  limit.rlim_cur = 0;
  setrlimit (RLIMIT_SIGPENDING, &limit);
}

int
main (void)
{
  if (getpid () != 1)
    {
      fprintf (stderr, "sandlot-init is started by the Sandlot worker, as pid 1 of a new pid namespace\n");
      return 2;
    }
  refuse_queued_signals ();
  return slot_serve ();
}
