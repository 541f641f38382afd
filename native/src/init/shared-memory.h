#ifndef SANDLOT_SHARED_MEMORY_H
#define SANDLOT_SHARED_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

/* Memory of the cell that belongs to no process: its tmpfs, System V segments, semaphores and messages,
 * memfds that somebody holds open. */
uint64_t shared_memory_bytes (void);

/* Forgets the processes of an earlier step. */
void shared_memory_reset (void);

struct disk_use
{
  uint64_t used_bytes;
  bool full; /* no free page, or no free inode */
};

/* What the cell's files take of their tmpfs: statfs(2). */
struct disk_use disk_use (void);

#endif
