/*
 * What every probe is made of. A probe does what a worker will do, in a child of its own, and tells how it
 * went: it returns 0, or -errno after `probe_fail` named the step. Processes at any depth write to one result
 * in shared memory; they are forks of one image, so a pointer to a literal means the same in all of them.
 */
#ifndef SANDLOT_PROBE_H
#define SANDLOT_PROBE_H

#include <stdint.h>
#include <sys/types.h>

/* What is printed when a probe was killed instead of failing: no errno. */
#define PROBE_KILLED 0

struct probe_result
{
  const char *step; /* NULL: nothing failed */
  int err;
  char detail[96];
};

/* Directories of the host that a slot will show. */
#define PROBE_MAX_SHOWN 64

struct probe
{
  uint32_t uid; /* what root of the user namespace is outside */
  uint32_t gid;
  uint32_t sub_uid; /* what it could be instead, of our subordinate ids (subuid(5)); 0: there are none */
  uint32_t sub_gid;
  const char *cgroup; /* an empty cgroup v2 directory, or NULL */
  const char *shown[PROBE_MAX_SHOWN];
  uint32_t shown_count;
  struct probe_result *result;
};

typedef int probe_function (struct probe *probe);

/* Notes that `step` failed with `err`. Returns -err. */
int probe_fail (struct probe *probe, const char *step, int err);

/* The same, with errno. */
int probe_fail_errno (struct probe *probe, const char *step);

/* Adds `name=value` to what is told beside the verdict. */
void probe_note (struct probe *probe, const char *name, int value);

#endif
