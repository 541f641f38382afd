#include "cpu-time.h"
#include "process.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static uint64_t
to_us (struct timeval time)
{
  return (uint64_t)time.tv_sec * 1000000u + (uint64_t)time.tv_usec;
}

/* The number after `name` at the start of a line; 0 if there is none. */
static uint64_t
field (const char *text, const char *name)
{
  const size_t length = strlen (name);

  for (const char *line = text; line != NULL; line = strchr (line, '\n'))
    {
      line += *line == '\n';
      if (strncmp (line, name, length) == 0 && line[length] == ' ')
        return strtoull (line + length + 1, NULL, 10);
    }
  return 0;
}

int
cpu_time_of_cgroup (int cpu_stat, struct cpu_time *used)
{
  char text[1024];
  const ssize_t length = pread (cpu_stat, text, sizeof text - 1, 0);

  if (length <= 0)
    return length < 0 ? -errno : -EIO;
  text[length] = '\0';
  *used = (struct cpu_time){ .user_us = field (text, "user_usec"), .system_us = field (text, "system_usec") };
  return 0;
}

struct cpu_time
cpu_time_of_children (void)
{
  struct rusage usage;

  getrusage (RUSAGE_CHILDREN, &usage);
  return (struct cpu_time){ .user_us = to_us (usage.ru_utime), .system_us = to_us (usage.ru_stime) };
}

uint64_t
cpu_time_of_init (void)
{
  return process_cpu_now_ns () / 1000u;
}

static uint64_t
less (uint64_t a, uint64_t b)
{
  return a > b ? a - b : 0;
}

struct cpu_time
cpu_time_since (struct cpu_time now, struct cpu_time before)
{
  return (struct cpu_time){ .user_us = less (now.user_us, before.user_us),
                            .system_us = less (now.system_us, before.system_us) };
}
