#ifndef SANDLOT_PROCESS_H
#define SANDLOT_PROCESS_H

#include <stdint.h>

/* Blocks every signal, for good, and returns a descriptor that becomes readable when a child changed state.
 */
int process_watch_children (void);

/* Forgets what made the descriptor readable. */
void process_clear_watch (int watch_fd);

/* CLOCK_MONOTONIC in ns. */
uint64_t process_now_ns (void);

/* CPU time that we have used, in ns. */
uint64_t process_cpu_now_ns (void);

#endif
