#ifndef SANDLOT_RLIMITS_H
#define SANDLOT_RLIMITS_H

#include "reader.h"
#include <stdint.h>
#include <sys/types.h>

#define RLIMITS_MAX 16

/* Resource limits of a step, as setrlimit(2) takes them. */
struct rlimits
{
  uint32_t count;
  struct
  {
    uint32_t resource;
    uint64_t soft;
    uint64_t hard;
  } list[RLIMITS_MAX];
};

/* Decodes a list of { u32 resource, u64 soft, u64 hard }. */
void rlimits_read (struct rlimits *rlimits, struct reader *body);

/*
 * Sets them for the calling process. Nobody here may raise a hard limit that the worker was started with:
 * then that stricter one holds. Of descriptors the half: those in flight count by uid, and a payload that had
 * as many as the worker may have would keep it from passing any (ETOOMANYREFS in unix(7)). Returns 0, or
 * -errno with `failed` set to which of them.
 */
int rlimits_set (const struct rlimits *rlimits, uint32_t *failed);

/* Lowers them for another process, which has been started with rlimits_set(). Returns as that. */
int rlimits_lower (const struct rlimits *rlimits, pid_t pid, uint32_t *failed);

#endif
