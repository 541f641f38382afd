/*
 * Measures a running step and says which of its limits is over. CPU time comes from the cpu.stat of the
 * cell's cgroup; without one, it and memory come from looking at all processes of the cell.
 */
#ifndef SANDLOT_METER_H
#define SANDLOT_METER_H

#include "cpu-time.h"
#include "payload.h"
#include <stdbool.h>
#include <stdint.h>

struct meter
{
  struct step_limits limits;
  int cpu_stat; /* -1: no cgroup */
  pid_t main;   /* the main process of the step, 0 before it has begun */
  uint64_t begun_ns;
  uint64_t next_look_ns;
  struct cpu_time before; /* what was used before the step, by the cgroup or by children we waited for */
  uint64_t init_before_us;
  uint64_t held_ns; /* CPU time that a living process had used before the step */
  uint64_t cpu_ns;  /* of the step, at the last look; so too memory and the peaks */
  uint64_t memory_bytes;
  uint64_t memory_peak_bytes;
  uint64_t largest_before; /* resident set of any process that we have waited for before the step */
  uint32_t tasks_peak;
  bool disk_is_full; /* at the last look */
  bool disk_is_overrun;
  bool disk_was_filled;
  uint64_t progress_ns; /* when it last used CPU time or wrote something, and what it had used then */
  uint64_t progress_cpu_ns;
};

/*
 * Begins to measure, right before the payload is started, or is let go: then `held` is its pid, otherwise 0.
 * Takes over `cpu_stat`.
 */
void meter_begin (struct meter *meter, const struct step_limits *limits, int cpu_stat, pid_t held);

/* How long poll(2) may wait for the next look, in ms, rounded up. */
int meter_patience_ms (const struct meter *meter);

/* Looks if it is time to. Returns why the step is to be killed (SBX_KILLED_*), or 0. */
uint32_t meter_check (struct meter *meter);

/* The step has written output. */
void meter_note_progress (struct meter *meter);

/* What the step has used when none of its processes is left. Nothing more is measured then. */
struct cpu_time meter_end (struct meter *meter);

/* The most memory that was seen at once, in bytes; of one process at least its largest resident set. 0:
 * unknown. */
uint64_t meter_memory_peak (const struct meter *meter);

/* Which limit an ended step is seen to have passed though nobody killed it (SBX_KILLED_*), or 0. */
uint32_t meter_verdict (const struct meter *meter);

#endif
