#include "rlimits.h"
#include <errno.h>
#include <sys/resource.h>

void
rlimits_read (struct rlimits *rlimits, struct reader *body)
{
  const uint32_t count = reader_u32 (body);

  if (count > RLIMITS_MAX)
    body->broken = true;
  for (uint32_t i = 0; i < count && !body->broken; i++)
    {
      rlimits->list[i].resource = reader_u32 (body);
      rlimits->list[i].soft = reader_u64 (body);
      rlimits->list[i].hard = reader_u64 (body);
    }
  rlimits->count = body->broken ? 0 : count;
}

static rlim_t
at_most (uint64_t wanted, rlim_t ceiling)
{
  return wanted < ceiling ? (rlim_t)wanted : ceiling;
}

static int
set_all (const struct rlimits *rlimits, pid_t pid, rlim_t share_of_descriptors, uint32_t *failed)
{
  for (uint32_t i = 0; i < rlimits->count; i++)
    {
      const __rlimit_resource_t resource = (__rlimit_resource_t)rlimits->list[i].resource;
      struct rlimit limit;

      *failed = i;
      if (prlimit (pid, resource, NULL, &limit) < 0)
        return -errno;
      if (resource == RLIMIT_NOFILE)
        limit.rlim_max /= share_of_descriptors;
      limit.rlim_max = at_most (rlimits->list[i].hard, limit.rlim_max);
      limit.rlim_cur = at_most (rlimits->list[i].soft, limit.rlim_max);
      if (prlimit (pid, resource, &limit, NULL) < 0)
        return -errno;
    }
  return 0;
}

int
rlimits_set (const struct rlimits *rlimits, uint32_t *failed)
{
  return set_all (rlimits, 0, 2, failed);
}

int
rlimits_lower (const struct rlimits *rlimits, pid_t pid, uint32_t *failed)
{
  return set_all (rlimits, pid, 1, failed);
}
