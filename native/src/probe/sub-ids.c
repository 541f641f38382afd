#include "abilities.h"
#include "child.h"
#include "slot.h"
#include <errno.h>
#include <unistd.h>

/* A slot whose root is somebody else outside than this process. */
int
probe_sub_ids (struct probe *probe)
{
  struct probe other = *probe;

  /* Root has other ids without having been given a range. */
  if (probe->uid == geteuid ())
    {
      if (probe->sub_uid == 0)
        return probe_fail (probe, "range", ENOENT);
      other.uid = probe->sub_uid;
      other.gid = probe->sub_gid;
    }
  return slot_run (&other, 0, child_nothing);
}
