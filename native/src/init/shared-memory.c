#include "../cell/shared-memory.h"
#include "../cell/process.h"
#include "../cell/processes.h"
#include "../cell/scratch.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <unistd.h>

#define MEMFD "/memfd:"
#define BLOCK_BYTES 512u /* the unit of st_blocks: stat(3type) */

/* What the kernel takes for a semaphore (a cache line), for the head of a message, and for a set or a queue.
 */
#define SEMAPHORE_BYTES 64u
#define MESSAGE_BYTES 64u
#define IPC_OBJECT_BYTES 256u

/* How long a look may take for memfds. */
#define MEMFDS_NS 50000000u

/* Memfds already counted in this round. Beyond these one that is open twice counts twice. */
#define MAX_MEMFDS 1024
static ino_t counted[MAX_MEMFDS];
static uint32_t counted_count;

static bool
is_counted (ino_t inode)
{
  for (uint32_t i = 0; i < counted_count; i++)
    if (counted[i] == inode)
      return true;
  if (counted_count < MAX_MEMFDS)
    counted[counted_count++] = inode;
  return false;
}

static uint64_t
memfd_bytes (pid_t pid, int fd)
{
  char path[48], target[sizeof MEMFD];
  struct stat st;

  snprintf (path, sizeof path, "/proc/%d/fd/%d", pid, fd);
  const ssize_t length = readlink (path, target, sizeof target);
  if (length < (ssize_t)(sizeof MEMFD - 1) || memcmp (target, MEMFD, sizeof MEMFD - 1) != 0)
    return 0;
  if (stat (path, &st) < 0 || is_counted (st.st_ino))
    return 0;
  return (uint64_t)st.st_blocks * BLOCK_BYTES;
}

static uint64_t
memfds_in_table (pid_t tid)
{
  struct process_list descriptors;
  uint64_t bytes = 0;
  int fd;

  descriptors_open (&descriptors, tid);
  while ((fd = processes_next (&descriptors)) >= 0)
    bytes += memfd_bytes (tid, fd);
  return bytes;
}

/* Of a process and of each of its threads that has descriptors of its own. */
static uint64_t
memfds_of (pid_t pid)
{
  struct process_list threads;
  struct process_stat stat;
  uint64_t bytes;
  int tid;

  if (!process_read_stat (pid, &stat))
    return 0;
  bytes = memfds_in_table (stat.holder);
  if (stat.threads < 2)
    return bytes;
  threads_open (&threads, pid);
  while ((tid = processes_next (&threads)) > 0)
    if (tid != stat.holder && has_own_descriptors (tid, stat.holder))
      bytes += memfds_in_table (tid);
  return bytes;
}

/*
 * A round through all processes, which takes several looks if there are very many descriptors: where it goes
 * on, what it has found so far, and what the last whole one found.
 */
static struct
{
  pid_t next;
  uint64_t bytes;
  uint64_t last_bytes;
} memfd_round;

/* Counts one process. False if time was up before it was done: then it comes again, unless it was the only
 * one. */
static bool
count_process (pid_t pid, bool is_first)
{
  const uint32_t counted_before = counted_count;
  const uint64_t bytes = memfds_of (pid);

  if (processes_were_cut () && !is_first)
    {
      counted_count = counted_before;
      memfd_round.next = pid;
      return false;
    }
  memfd_round.bytes += bytes;
  memfd_round.next = pid + 1;
  return !processes_were_cut ();
}

static uint64_t
all_memfds (void)
{
  struct process_list processes;
  bool is_first = true, goes_on = true;
  pid_t pid;

  processes_open (&processes);
  while (goes_on && (pid = processes_next (&processes)) > 0)
    {
      if (pid == getpid () || pid < memfd_round.next)
        continue;
      goes_on = count_process (pid, is_first);
      is_first = false;
    }
  processes_close (&processes);
  if (goes_on && !processes_were_cut ())
    {
      memfd_round.last_bytes = memfd_round.bytes;
      memfd_round.bytes = 0;
      memfd_round.next = 0;
      counted_count = 0;
    }
  return memfd_round.bytes > memfd_round.last_bytes ? memfd_round.bytes : memfd_round.last_bytes;
}

/* The same within a part of the time that a look may take. */
static uint64_t
some_memfds (void)
{
  const struct look_end whole = processes_end ();
  const uint64_t part = process_cpu_now_ns () + MEMFDS_NS;

  processes_set_end ((struct look_end){ .at_ns = whole.at_ns,
                                        .cpu_at_ns = part < whole.cpu_at_ns ? part : whole.cpu_at_ns });
  const uint64_t bytes = all_memfds ();
  processes_set_end (whole);
  return bytes;
}

/* Of our own ipc namespace: shmctl(2), SHM_INFO; so too the following. 0 on a kernel without System V IPC. */
static uint64_t
all_segments (void)
{
  struct shm_info info;

  if (shmctl (0, SHM_INFO, (struct shmid_ds *)(void *)&info) < 0)
    return 0;
  return (uint64_t)info.shm_rss * (uint64_t)sysconf (_SC_PAGESIZE);
}

/* semctl(2), SEM_INFO: semusz counts sets, semaem semaphores. */
static uint64_t
all_semaphores (void)
{
  struct seminfo info;

  if (semctl (0, 0, SEM_INFO, &info) < 0)
    return 0;
  return (uint64_t)info.semusz * IPC_OBJECT_BYTES + (uint64_t)info.semaem * SEMAPHORE_BYTES;
}

/* msgctl(2), MSG_INFO: msgpool counts queues, msgmap messages, msgtql bytes. */
static uint64_t
all_messages (void)
{
  struct msginfo info;

  if (msgctl (0, MSG_INFO, (struct msqid_ds *)(void *)&info) < 0)
    return 0;
  return (uint64_t)info.msgpool * IPC_OBJECT_BYTES + (uint64_t)info.msgmap * MESSAGE_BYTES
         + (uint64_t)info.msgtql;
}

void
shared_memory_reset (void)
{
  memfd_round.next = 0;
  memfd_round.bytes = memfd_round.last_bytes = 0;
  counted_count = 0;
}

uint64_t
shared_memory_bytes (void)
{
  return disk_use ().used_bytes + all_segments () + all_semaphores () + all_messages () + some_memfds ();
}
