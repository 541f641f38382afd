#include "process.h"
#include <signal.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

int
process_watch_children (void)
{
  sigset_t all, child;

  sigfillset (&all);
  sigprocmask (SIG_SETMASK, &all, NULL);
  sigemptyset (&child);
  sigaddset (&child, SIGCHLD);
  return signalfd (-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
}

void
process_clear_watch (int watch_fd)
{
  struct signalfd_siginfo info;

  while (read (watch_fd, &info, sizeof info) == (ssize_t)sizeof info)
    continue;
}

static uint64_t
read_clock_ns (clockid_t clock)
{
  struct timespec now;

  clock_gettime (clock, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t
process_now_ns (void)
{
  return read_clock_ns (CLOCK_MONOTONIC);
}

uint64_t
process_cpu_now_ns (void)
{
  return read_clock_ns (CLOCK_PROCESS_CPUTIME_ID);
}
