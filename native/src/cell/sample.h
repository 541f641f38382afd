/*
 * Looks at every process of the cell: what they use together, where no cgroup counts it. Init and fence have
 * each its own way. What happens between
 * two looks is seen only as far as it leaves a trace.
 */
#ifndef SANDLOT_SAMPLE_H
#define SANDLOT_SAMPLE_H

#include "processes.h"
#include <stdbool.h>
#include <stdint.h>

struct sample
{
  uint64_t cpu_ns; /* of living processes, of children they waited for, and of those that vanished */
  uint64_t
      memory_bytes; /* an upper bound where it is below the limit, otherwise as exact as the kernel can say */
  uint32_t tasks;   /* processes and threads */
  bool is_whole;    /* false: the deadline came first, and who knows what was not seen */
};

/* Forgets the processes of an earlier step. */
void sample_reset (void);

/*
 * Takes a look, until `end` at most; what comes after that is not seen. `main` is the main process of the
 * step: fence, whose steps have no other, looks at it alone. `waited_ns` is the CPU time of the step's
 * processes that we have waited for. Below `memory_limit` no exact count is made: that takes a walk through
 * all page tables.
 */
void sample_take (struct sample *sample, pid_t main, uint64_t waited_ns, uint64_t memory_limit,
                  struct look_end end);

#endif
