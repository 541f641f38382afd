#include "shared-memory.h"
#include "processes.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#define SCRATCH "/scratch"
#define MEMFD "/memfd:"
#define BLOCK_BYTES 512u /* the unit of st_blocks: stat(3type) */

/* What the kernel takes for a semaphore (a cache line), for the head of a message, and for a set or a queue.
 */
#define SEMAPHORE_BYTES 64u
#define MESSAGE_BYTES 64u
#define IPC_OBJECT_BYTES 256u

/* Memfds already counted in this look. Beyond these one that is open twice counts twice. */
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
all_memfds (void)
{
  struct process_list processes, descriptors;
  struct process_stat stat;
  uint64_t bytes = 0;
  int pid, fd;

  counted_count = 0;
  processes_open (&processes);
  while ((pid = processes_next (&processes)) > 0)
    {
      if (pid == getpid () || !process_read_stat (pid, &stat))
        continue;
      descriptors_open (&descriptors, stat.holder);
      while ((fd = processes_next (&descriptors)) >= 0)
        bytes += memfd_bytes (stat.holder, fd);
    }
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

uint64_t
shared_memory_bytes (void)
{
  return disk_use ().used_bytes + all_segments () + all_semaphores () + all_messages () + all_memfds ();
}

struct disk_use
disk_use (void)
{
  struct statfs fs;

  if (statfs (SCRATCH, &fs) < 0)
    return (struct disk_use){ 0 };
  return (struct disk_use){ .used_bytes = (uint64_t)(fs.f_blocks - fs.f_bfree) * (uint64_t)fs.f_bsize,
                            .full = fs.f_bfree == 0 || fs.f_ffree == 0 };
}
