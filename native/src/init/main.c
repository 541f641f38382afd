/*
 * init: pid 1 of a slot, and, cloned from there, pid 1 of every cell. Started only by the launch library,
 * with /dev/null on 0-2 and the control socket on 3; it never allocates memory.
 */
#include "slot.h"
#include <stdio.h>
#include <unistd.h>

int
main (void)
{
  if (getpid () != 1)
    {
      fprintf (stderr, "sandlot-init is started by the Sandlot worker, as pid 1 of a new pid namespace\n");
      return 2;
    }
  return slot_serve ();
}
