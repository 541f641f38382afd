#include "meter.h"
#include "process.h"
#include "processes.h"
#include "sample.h"
#include "scratch.h"
#include "shared-memory.h"
#include <limits.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#define MS 1000000ull
#define NS_PER_US 1000u

/* How often to look: at least so often, but as a rule never so often that looking takes more than a fifth of
 * the time.
 */
#define MEMORY_PERIOD_NS (25 * MS)
#define MEMORY_SHORTEST_PERIOD_NS (2 * MS)
#define IDLE_LOOKS 16
#define LONGEST_PERIOD_NS (250 * MS)
#define SHORTEST_PERIOD_NS (1 * MS)
#define COST_FACTOR 4
#define LONGEST_LOOK_NS (500 * MS)

/* So fast memory grows at most, about: 4 GiB/s. */
#define BYTES_PER_NS 4

/* Less CPU time than this is no progress: our own looking is told apart from the step's use only so exactly.
 */
#define PROGRESS_NS (1 * MS)

static uint64_t
least (uint64_t a, uint64_t b)
{
  return a < b ? a : b;
}

static uint64_t
most (uint64_t a, uint64_t b)
{
  return a > b ? a : b;
}

/* Those that we may use; a payload may have found itself more, and with too many the kernel does not tell. */
static uint64_t
cores (void)
{
  cpu_set_t set;

  return sched_getaffinity (0, sizeof set, &set) < 0 ? CPU_SETSIZE : (uint64_t)CPU_COUNT (&set);
}

/* The step's share of what its cgroup used. Our own comes first: it may only be counted too low. */
static struct cpu_time
used_in_cgroup (const struct meter *meter)
{
  const uint64_t init_us = cpu_time_of_init () - meter->init_before_us;
  struct cpu_time used = meter->before;

  /* If it cannot be read (it was closed under our hands), nothing more was used; wall time still holds. */
  cpu_time_of_cgroup (meter->cpu_stat, &used);
  used = cpu_time_since (used, meter->before);
  /* Nearly all that init does is system calls. */
  if (used.system_us >= init_us)
    used.system_us -= init_us;
  else
    used = (struct cpu_time){ .user_us = used.user_us - least (init_us - used.system_us, used.user_us) };
  return used;
}

static struct cpu_time
used_by_waited (const struct meter *meter)
{
  return cpu_time_since (cpu_time_of_children (), meter->before);
}

/* Whether there is something that no cgroup counts. */
static bool
looks_at_processes (const struct meter *meter)
{
  return meter->cpu_stat < 0 || meter->limits.memory_bytes != 0;
}

static uint64_t
total_ns (struct cpu_time used)
{
  return (used.user_us + used.system_us) * NS_PER_US;
}

static bool
is_memory_passed (const struct meter *meter)
{
  return meter->limits.memory_bytes != 0 && meter->memory_peak_bytes > meter->limits.memory_bytes;
}

static struct look_end
end_of_look (const struct meter *meter)
{
  return (struct look_end){ .at_ns = meter->begun_ns + meter->limits.wall_ns,
                            .cpu_at_ns = process_cpu_now_ns () + LONGEST_LOOK_NS };
}

/* What is there without any process: files, and what else of the kernel's memory outlives who asked for it.
 */
static void
look_at_held_memory (struct meter *meter)
{
  if (meter->limits.memory_bytes == 0)
    return;
  processes_set_end (end_of_look (meter));
  meter->memory_bytes = shared_memory_bytes ();
  meter->memory_peak_bytes = most (meter->memory_peak_bytes, meter->memory_bytes);
}

static void
look_at_processes (struct meter *meter)
{
  struct sample sample;

  sample_take (&sample, meter->main, total_ns (used_by_waited (meter)), meter->limits.memory_bytes,
               end_of_look (meter));
  /* What was seen once does not become less, though a process vanished before it could be counted. */
  if (meter->cpu_stat < 0)
    meter->cpu_ns = most (meter->cpu_ns, sample.cpu_ns - least (sample.cpu_ns, meter->held_ns));
  meter->memory_bytes = sample.memory_bytes;
  meter->memory_peak_bytes = most (meter->memory_peak_bytes, sample.memory_bytes);
  /* Who was not seen may have been at work. */
  if (!sample.is_whole)
    meter_note_progress (meter);
  meter->tasks_peak = sample.tasks > meter->tasks_peak ? sample.tasks : meter->tasks_peak;
}

/* The nearer the limit, the more often. */
static uint64_t
memory_period_ns (const struct meter *meter)
{
  const uint64_t limit = meter->limits.memory_bytes;

  if (meter->memory_bytes >= limit)
    return limit == 0 ? MEMORY_PERIOD_NS : MEMORY_SHORTEST_PERIOD_NS;
  return least (most ((limit - meter->memory_bytes) / BYTES_PER_NS, MEMORY_SHORTEST_PERIOD_NS),
                MEMORY_PERIOD_NS);
}

static uint64_t
period_ns (const struct meter *meter, uint64_t cost_ns)
{
  const struct step_limits *limits = &meter->limits;
  /* With all cores busy the limit is reached so soon at the earliest. */
  uint64_t period = meter->cpu_ns < limits->cpu_ns ? (limits->cpu_ns - meter->cpu_ns) / cores () : 0;

  period = least (period, LONGEST_PERIOD_NS);
  if (limits->idle_ns != 0)
    period = least (period, limits->idle_ns / IDLE_LOOKS);
  if (looks_at_processes (meter))
    period = least (period, memory_period_ns (meter));
  return most (most (period, SHORTEST_PERIOD_NS), least (cost_ns * COST_FACTOR, LONGEST_PERIOD_NS));
}

/* A disk that an earlier step has filled is not this one's doing, until it has room once. */
static void
look_at_disk (struct meter *meter)
{
  const struct disk_use use = disk_use ();

  meter->disk_was_filled |= use.full && !meter->disk_is_full;
  meter->disk_is_full = use.full;
  meter->disk_is_overrun = use.overrun;
}

static void
look (struct meter *meter, uint64_t now)
{
  if (looks_at_processes (meter))
    look_at_processes (meter);
  if (meter->cpu_stat >= 0)
    meter->cpu_ns = total_ns (used_in_cgroup (meter));
  look_at_disk (meter);
  if (meter->cpu_ns >= meter->progress_cpu_ns + PROGRESS_NS)
    meter_note_progress (meter);
  meter->next_look_ns = now + period_ns (meter, process_now_ns () - now);
}

/* Of all processes that init has waited for, the largest resident set. */
static uint64_t
largest_resident_set (void)
{
  struct rusage usage;

  getrusage (RUSAGE_CHILDREN, &usage);
  return (uint64_t)usage.ru_maxrss * 1024;
}

static void
begin_without_cgroup (struct meter *meter, pid_t held)
{
  const struct cpu_time used = held == 0 ? (struct cpu_time){ 0 } : process_cpu_time (held);

  meter->before = cpu_time_of_children ();
  /* Once it is reaped, this is part of what children have used. */
  meter->before.user_us += used.user_us;
  meter->before.system_us += used.system_us;
  meter->held_ns = total_ns (used);
}

void
meter_begin (struct meter *meter, const struct step_limits *limits, int cpu_stat, pid_t held)
{
  *meter = (struct meter){ .limits = *limits, .cpu_stat = cpu_stat, .main = held };
  sample_reset ();
  if (cpu_stat < 0)
    begin_without_cgroup (meter, held);
  else
    cpu_time_of_cgroup (cpu_stat, &meter->before);
  meter->init_before_us = cpu_time_of_init ();
  meter->disk_is_full = disk_use ().full;
  meter->largest_before = largest_resident_set ();
  meter->begun_ns = meter->progress_ns = process_now_ns ();
  look_at_held_memory (meter);
  /* One that may not have what earlier steps left is over at once. */
  meter->next_look_ns = is_memory_passed (meter) ? 0 : meter->begun_ns + period_ns (meter, 0);
}

int
meter_patience_ms (const struct meter *meter)
{
  const uint64_t now = process_now_ns ();
  const uint64_t next = least (meter->next_look_ns, meter->begun_ns + meter->limits.wall_ns);
  const uint64_t ms = next <= now ? 0 : (next - now + MS - 1) / MS;

  return ms > INT_MAX ? INT_MAX : (int)ms;
}

static bool
is_wall_time_over (const struct meter *meter)
{
  return process_now_ns () - meter->begun_ns >= meter->limits.wall_ns;
}

uint32_t
meter_check (struct meter *meter)
{
  const struct step_limits *limits = &meter->limits;
  const uint64_t now = process_now_ns ();

  if (is_wall_time_over (meter))
    return SBX_KILLED_WALL;
  if (now < meter->next_look_ns)
    return 0;
  look (meter, now);
  /* A look that this has cut short proves nothing else. */
  if (is_wall_time_over (meter))
    return SBX_KILLED_WALL;
  if (meter->cpu_ns >= limits->cpu_ns)
    return SBX_KILLED_CPU;
  if (is_memory_passed (meter))
    return SBX_KILLED_MEMORY;
  if (meter->disk_is_overrun)
    return SBX_KILLED_DISK;
  if (limits->idle_ns != 0 && process_now_ns () - meter->progress_ns >= limits->idle_ns)
    return SBX_KILLED_IDLE;
  return 0;
}

void
meter_note_progress (struct meter *meter)
{
  meter->progress_ns = process_now_ns ();
  meter->progress_cpu_ns = meter->cpu_ns;
}

struct cpu_time
meter_end (struct meter *meter)
{
  struct cpu_time used;

  look_at_disk (meter);
  look_at_held_memory (meter);
  if (meter->cpu_stat >= 0)
    {
      used = used_in_cgroup (meter);
      close (meter->cpu_stat);
      meter->cpu_stat = -1;
      return used;
    }
  used = used_by_waited (meter);
  /* Seen while it lived, but nobody waited for it: of which kind it was, nobody can say any more. */
  if (meter->cpu_ns > total_ns (used))
    used.user_us += (meter->cpu_ns - total_ns (used)) / NS_PER_US;
  return used;
}

uint64_t
meter_memory_peak (const struct meter *meter)
{
  const uint64_t largest = largest_resident_set ();

  /* It never becomes less, so only a larger one is of this step. */
  return largest > meter->largest_before ? most (largest, meter->memory_peak_bytes)
                                         : meter->memory_peak_bytes;
}

uint32_t
meter_verdict (const struct meter *meter)
{
  if (is_memory_passed (meter))
    return SBX_KILLED_MEMORY;
  return meter->disk_is_overrun ? SBX_KILLED_DISK : 0;
}
