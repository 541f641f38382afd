#include "processes.h"
#include "process.h"
#include <dirent.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define KIB 1024u
#define NS_PER_US 1000u
#define NS_PER_TICK                                                                                          \
  (1000000000u / 100u) /* USER_HZ, the unit of /proc/PID/stat, is 100 on x86-64 and arm64                    \
                        */

/* What getdents64(2) returns. */
struct entry
{
  uint64_t inode;
  int64_t offset;
  uint16_t length;
  uint8_t type;
  char name[];
};

static struct look_end look_end;
static bool cut;

void
processes_set_end (struct look_end end)
{
  look_end = end;
  cut = false;
}

struct look_end
processes_end (void)
{
  return look_end;
}

bool
processes_were_cut (void)
{
  return cut;
}

static void
open_list (struct process_list *list, const char *path)
{
  list->fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  list->length = list->at = 0;
}

void
processes_open (struct process_list *list)
{
  open_list (list, "/proc");
}

void
threads_open (struct process_list *list, pid_t pid)
{
  char path[32];

  snprintf (path, sizeof path, "/proc/%d/task", pid);
  open_list (list, path);
}

void
descriptors_open (struct process_list *list, pid_t tid)
{
  char path[32];

  snprintf (path, sizeof path, "/proc/%d/fd", tid);
  open_list (list, path);
}

/* 0 if both have the same, another number if not; -1 where the kernel cannot tell or one of them is gone. */
static long
compare (pid_t a, pid_t b, int what)
{
  return syscall (SYS_kcmp, a, b, what, 0, 0);
}

bool
has_own_descriptors (pid_t tid, pid_t holder)
{
  return compare (tid, holder, KCMP_FILES) > 0;
}

void
processes_close (struct process_list *list)
{
  if (list->fd >= 0)
    close (list->fd);
  *list = (struct process_list){ .fd = -1 };
}

static bool
fill (struct process_list *list)
{
  if (list->fd < 0)
    return false;
  list->at = 0;
  list->length = syscall (SYS_getdents64, list->fd, list->entries, sizeof list->entries);
  if (list->length > 0)
    return true;
  processes_close (list);
  return false;
}

static bool
is_overdue (void)
{
  return process_now_ns () >= look_end.at_ns || process_cpu_now_ns () >= look_end.cpu_at_ns;
}

/* Of /proc most is not processes: that is passed over without a look at the clocks. */
int
processes_next (struct process_list *list)
{
  for (;;)
    {
      if (list->at >= list->length && !fill (list))
        return -1;
      const struct entry *entry = (const struct entry *)(list->entries + list->at);

      list->at += entry->length;
      if (entry->name[0] < '0' || entry->name[0] > '9')
        continue;
      if (!is_overdue ())
        return atoi (entry->name);
      cut = true;
      processes_close (list);
      return -1;
    }
}

uint64_t
process_cpu_ns (pid_t pid)
{
  struct timespec used;
  clockid_t clock;

  if (clock_getcpuclockid (pid, &clock) != 0 || clock_gettime (clock, &used) < 0)
    return 0;
  return (uint64_t)used.tv_sec * 1000000000u + (uint64_t)used.tv_nsec;
}

/* Reads a small file of a process whole. False if it or the process is gone. */
static bool
read_file (pid_t pid, const char *name, char *text, size_t size)
{
  char path[48];
  ssize_t length;

  snprintf (path, sizeof path, "/proc/%d/%s", pid, name);
  const int fd = open (path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return false;
  length = read (fd, text, size - 1);
  close (fd);
  text[length < 0 ? 0 : length] = '\0';
  return length > 0;
}

/* Field `number` of /proc/PID/stat, counted as in proc_pid_stat(5). The name before may contain anything. */
static uint64_t
stat_field (const char *text, int number)
{
  const char *at = strrchr (text, ')');

  for (int field = 2; at != NULL && field < number; field++)
    at = strchr (at + 1, ' ');
  return at == NULL ? 0 : strtoull (at + 1, NULL, 10);
}

struct cpu_time
process_cpu_time (pid_t pid)
{
  const uint64_t whole_us = process_cpu_ns (pid) / NS_PER_US;
  char text[1024];

  if (!read_file (pid, "stat", text, sizeof text))
    return (struct cpu_time){ .user_us = whole_us };
  /* In ticks, so only good for the proportion. */
  const uint64_t user = stat_field (text, 14), system = stat_field (text, 15);
  const uint64_t user_us = user + system == 0 ? whole_us : whole_us * user / (user + system);
  return (struct cpu_time){ .user_us = user_us, .system_us = whole_us - user_us };
}

/* The value of a line `Name:  123 kB` in bytes; 0 if there is none. */
static uint64_t
size_field (const char *text, const char *name)
{
  const char *at = strstr (text, name);

  return at == NULL ? 0 : strtoull (at + strlen (name), NULL, 10) * KIB;
}

/* Memory of a process or thread: proc_pid_status(5). False if it has none any more. */
static bool
read_resident (pid_t pid, struct process_stat *stat)
{
  char text[2048];

  if (!read_file (pid, "status", text, sizeof text))
    return false;
  const uint64_t anonymous = size_field (text, "\nRssAnon:");

  stat->shared_bytes = size_field (text, "\nRssFile:") + size_field (text, "\nRssShmem:");
  stat->resident_bytes = anonymous + stat->shared_bytes;
  stat->table_bytes = size_field (text, "\nVmPTE:");
  return stat->resident_bytes > 0;
}

/*
 * A main thread that has ended lets go of memory and descriptors while others hold them on: then one of those
 * stands for the process. A thread can be named in /proc like a process.
 */
static void
find_holder (pid_t pid, struct process_stat *stat)
{
  struct process_list threads;
  int tid;

  stat->holder = pid;
  if (read_resident (pid, stat) || stat->threads < 2)
    return;
  threads_open (&threads, pid);
  while ((tid = processes_next (&threads)) > 0)
    if (tid != pid && stat->holder == pid && read_resident (tid, stat))
      stat->holder = tid;
}

bool
process_read_stat (pid_t pid, struct process_stat *stat)
{
  char text[1024];

  *stat = (struct process_stat){ 0 };
  if (!read_file (pid, "stat", text, sizeof text))
    return false;
  stat->waited_ns = (stat_field (text, 16) + stat_field (text, 17)) * NS_PER_TICK;
  stat->threads = (uint32_t)stat_field (text, 20);
  find_holder (pid, stat);
  /* Our own children borrow nothing from us once they have executed their program. */
  const pid_t parent = (pid_t)stat_field (text, 4);
  stat->shares_memory = parent > 1 && compare (pid, parent, KCMP_VM) == 0;
  return true;
}

void
process_add_proportional_set (pid_t pid, uint64_t *anonymous, uint64_t *shared)
{
  struct process_stat stat;
  char text[2048];

  if (!process_read_stat (pid, &stat) || stat.shares_memory)
    return;
  if (read_file (stat.holder, "smaps_rollup", text, sizeof text))
    {
      *anonymous += size_field (text, "\nPss_Anon:");
      *shared += size_field (text, "\nPss_Shmem:");
    }
  else
    *anonymous += stat.resident_bytes - stat.shared_bytes;
}
