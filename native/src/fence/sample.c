/* Looks at the one process of a step. */
#include "../cell/sample.h"
#include "../cell/confine.h"
#include "files.h"

/* Threads that it may have: Node has 11 or so. No limit of the kernel's counts those of one process alone. */
#define MAX_THREADS 64

void
sample_reset (void)
{
}

/* The pages of files that it maps are the host's, in so far as they are no memory that it shares with nobody.
 */
static uint64_t
memory_of (pid_t main, const struct process_stat *stat, uint64_t limit)
{
  uint64_t anonymous = 0, shared = 0;

  if (stat->resident_bytes + stat->table_bytes <= limit)
    return stat->resident_bytes - stat->shared_bytes + stat->table_bytes;
  process_add_proportional_set (main, &anonymous, &shared);
  return anonymous + shared + stat->table_bytes;
}

void
sample_take (struct sample *sample, pid_t main, uint64_t waited_ns, uint64_t memory_limit,
             struct look_end end)
{
  struct process_stat stat;

  processes_set_end (end);
  *sample = (struct sample){ .cpu_ns = waited_ns + process_cpu_ns (main), .is_whole = true };
  if (!process_read_stat (main, &stat))
    return;
  sample->tasks = stat.threads;
  sample->memory_bytes = memory_limit == 0 ? 0 : memory_of (main, &stat, memory_limit);
  if (stat.threads > MAX_THREADS)
    confine_kill_all (main);
  files_belong_to (main, stat.holder);
}
