#ifndef SANDLOT_SHARED_MEMORY_H
#define SANDLOT_SHARED_MEMORY_H

#include <stdint.h>

/* Memory of the cell that belongs to no process: its tmpfs, System V segments, semaphores and messages,
 * memfds that somebody holds open. */
uint64_t shared_memory_bytes (void);

/* Forgets the processes of an earlier step. */
void shared_memory_reset (void);

#endif
