/* The processes of the cell, from its /proc (proc(5)). Nothing here allocates. */
#ifndef SANDLOT_PROCESSES_H
#define SANDLOT_PROCESSES_H

#include "cpu-time.h"
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* A walk through a directory whose entries are numbers. The kernel lists pids in ascending order. */
struct process_list
{
  int fd; /* -1: nothing to read */
  long length, at;
  char entries[4096] __attribute__ ((aligned (8)));
};

struct process_stat
{
  uint64_t waited_ns; /* CPU time of children that it waited for */
  uint64_t resident_bytes;
  uint64_t shared_bytes; /* the part of it that is files and shared memory */
  uint64_t table_bytes;  /* its page tables, which are no part of it */
  uint32_t threads;
  bool shares_memory; /* with its parent, who is counted too: between vfork(2) and execve(2), for one */
  pid_t holder;       /* the thread that holds memory and descriptors: the main one as long as it lives */
};

/*
 * When a look must be over: lists end then, whatever is left in them. A payload decides how many processes
 * and descriptors there are, and init has clocks to keep.
 */
struct look_end
{
  uint64_t at_ns;     /* CLOCK_MONOTONIC */
  uint64_t cpu_at_ns; /* of the CPU time of init: what others take from it on a busy host does not count */
};

void processes_set_end (struct look_end end);
struct look_end processes_end (void);

/* Whether that has cut a list short. */
bool processes_were_cut (void);

/* Begins with the processes of the cell, with the threads of one of them, or with the descriptors of one of
 * those. */
void processes_open (struct process_list *list);
void threads_open (struct process_list *list, pid_t pid);
void descriptors_open (struct process_list *list, pid_t tid);

/* Whether a thread has a table of descriptors of its own (unshare(2), CLONE_FILES): kcmp(2), false where it
 * is missing. */
bool has_own_descriptors (pid_t tid, pid_t holder);

/* The next number, or -1 at the end; then the list is closed. */
int processes_next (struct process_list *list);

/* Closes one before its end. */
void processes_close (struct process_list *list);

/* CPU time of all threads of a process, living and ended: clock_getcpuclockid(3). 0 if it is gone. */
uint64_t process_cpu_ns (pid_t pid);

/* The same, as far as the kernel tells which kind it was. */
struct cpu_time process_cpu_time (pid_t pid);

/* False if it is gone. */
bool process_read_stat (pid_t pid, struct process_stat *stat);

/*
 * Adds the resident memory of one process, pages shared by n processes counting 1/n: smaps_rollup (Linux
 * >= 4.14). Where that may not be read, its whole resident set counts.
 */
void process_add_proportional_set (pid_t pid, uint64_t *anonymous, uint64_t *shared);

#endif
