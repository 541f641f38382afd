#include "../cell/sample.h"
#include "../cell/processes.h"
#include "../cell/shared-memory.h"
#include <stdbool.h>
#include <stddef.h>
#include <unistd.h>

/* More than the product's maximum of `pids`. */
#define MAX_PROCESSES 4608

/* So many exact looks must agree that it is too much. */
#define EXACT_LOOKS 3

struct seen
{
  pid_t pid;
  uint64_t cpu_ns;
};

/* What the last look and this one saw, in the order of /proc, which is that of pids. */
static struct seen lists[2][MAX_PROCESSES];
static uint32_t counts[2], current;
/* CPU time of processes at the last look before they vanished. Their parent may not have waited for them. */
static uint64_t vanished_ns;

struct total
{
  uint64_t own_ns;    /* CPU time of the living */
  uint64_t waited_ns; /* and of children that they waited for */
  uint64_t resident_bytes;
  uint64_t private_bytes;
  uint64_t table_bytes;
  uint32_t tasks;
};

void
sample_reset (void)
{
  counts[0] = counts[1] = 0;
  vanished_ns = 0;
  shared_memory_reset ();
}

static void
note (pid_t pid, uint64_t cpu_ns)
{
  if (counts[current] < MAX_PROCESSES)
    lists[current][counts[current]++] = (struct seen){ .pid = pid, .cpu_ns = cpu_ns };
}

/* Both lists ascend. A pid whose CPU time went back belongs to another process now. */
static void
count_vanished (const struct seen *before, uint32_t before_count, const struct seen *now, uint32_t now_count)
{
  uint32_t at = 0;

  for (uint32_t i = 0; i < before_count; i++)
    {
      while (at < now_count && now[at].pid < before[i].pid)
        at++;
      if (at == now_count || now[at].pid != before[i].pid || now[at].cpu_ns < before[i].cpu_ns)
        vanished_ns += before[i].cpu_ns;
    }
}

static void
add_process (pid_t pid, struct total *total)
{
  struct process_stat stat;
  const uint64_t cpu_ns = process_cpu_ns (pid);

  if (!process_read_stat (pid, &stat))
    return;
  note (pid, cpu_ns);
  total->own_ns += cpu_ns;
  total->waited_ns += stat.waited_ns;
  total->tasks += stat.threads;
  if (stat.shares_memory)
    return;
  total->resident_bytes += stat.resident_bytes;
  total->private_bytes += stat.resident_bytes - stat.shared_bytes;
  total->table_bytes += stat.table_bytes;
}

static void
look_at_all (struct total *total)
{
  struct process_list list;
  pid_t pid;

  processes_open (&list);
  while ((pid = processes_next (&list)) > 0)
    if (pid != getpid ())
      add_process (pid, total);
}

/* Pages that several processes share after fork(2) count once here: their proportional set. */
static uint64_t
exact_memory (uint64_t unmapped)
{
  struct process_list list;
  uint64_t anonymous = 0, shared = 0;
  pid_t pid;

  processes_open (&list);
  while ((pid = processes_next (&list)) > 0)
    if (pid != getpid ())
      process_add_proportional_set (pid, &anonymous, &shared);
  /* A file of the tmpfs that is mapped too would otherwise count twice. */
  return anonymous + (shared > unmapped ? shared : unmapped);
}

static uint64_t
memory_of (const struct total *total, uint64_t limit)
{
  const uint64_t files = shared_memory_bytes (), tables = total->table_bytes;
  const uint64_t bound = total->resident_bytes + tables + files;
  uint64_t least = bound;

  if (bound <= limit)
    return total->private_bytes + tables + files;
  /*
   * One look is too high if processes that share pages end during it: who is read later has a larger share.
   * One that was cut short says nothing; if not one could be finished, the bound stands.
   */
  for (int looks = 0; looks < EXACT_LOOKS && least > limit && !processes_were_cut (); looks++)
    {
      const uint64_t exact = exact_memory (files) + tables;

      if (!processes_were_cut () && exact < least)
        least = exact;
    }
  return least;
}

void
sample_take (struct sample *sample, pid_t main, uint64_t waited_ns, uint64_t memory_limit,
             struct look_end end)
{
  (void)main;
  const uint32_t last = current;
  struct total total = { 0 };

  processes_set_end (end);
  current = 1 - current;
  counts[current] = 0;
  look_at_all (&total);
  sample->is_whole = !processes_were_cut ();
  /* Whom a look that was cut short did not see has not vanished. */
  if (sample->is_whole)
    count_vanished (lists[last], counts[last], lists[current], counts[current]);
  else
    current = last;

  const uint64_t by_kernel = waited_ns + total.waited_ns + total.own_ns;
  const uint64_t by_sight = vanished_ns + total.own_ns;

  sample->cpu_ns = by_kernel > by_sight ? by_kernel : by_sight;
  sample->tasks = total.tasks;
  sample->memory_bytes = memory_limit == 0 ? 0 : memory_of (&total, memory_limit);
}
