/*
 * The files of the cell, and what holds them together to the limit of the job. Init and fence have each its
 * own.
 */
#ifndef SANDLOT_SCRATCH_H
#define SANDLOT_SCRATCH_H

#include <stdbool.h>
#include <stdint.h>

struct disk_use
{
  uint64_t used_bytes;
  bool full;    /* no more may be written, or no more files be made */
  bool overrun; /* more than may be is there: only where no file system holds the limit */
};

/* The job's work directory. Returns a descriptor or -errno. */
int open_work_directory (void);

/* What all of them take at the moment. */
struct disk_use disk_use (void);

/* Gives them, of which there are none yet but what the worker has put, another limit. Returns 0 or -errno. */
int scratch_resize (uint64_t size, uint64_t inodes);

#endif
