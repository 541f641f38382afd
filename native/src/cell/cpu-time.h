#ifndef SANDLOT_CPU_TIME_H
#define SANDLOT_CPU_TIME_H

#include <stdint.h>

struct cpu_time
{
  uint64_t user_us;
  uint64_t system_us;
};

/* What a cgroup has used, from its cpu.stat (cgroup-v2, "CPU Interface Files"). Returns 0 or -errno. */
int cpu_time_of_cgroup (int cpu_stat, struct cpu_time *used);

/* What our children and theirs have used, as far as they were waited for: getrusage(2), RUSAGE_CHILDREN. */
struct cpu_time cpu_time_of_children (void);

/* What we have used ourselves, in us. */
uint64_t cpu_time_of_init (void);

/* The part of `now` that came after `before`. */
struct cpu_time cpu_time_since (struct cpu_time now, struct cpu_time before);

#endif
