/* CPU time: more than its share of it, split so that it is hard to count, or just a little of it. */
#include "hold.h"
#include "payload.h"
#include "verbs.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define HEARTBEAT_MS 10
#define SHORT_LIFE_MS 10

static _Noreturn void
spin_for_ever (void)
{
  for (volatile unsigned long spin = 0;; spin++)
    continue;
}

static unsigned long long
used_us (void)
{
  struct timespec used;

  if (clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &used) != 0)
    _exit (fail ("clock_gettime"));
  return (unsigned long long)used.tv_sec * 1000000 + (unsigned long long)used.tv_nsec / 1000;
}

/* Returns how much it was in the end. */
static unsigned long long
burn (unsigned long long ms)
{
  unsigned long long used;

  do
    used = used_us () / 1000;
  while (used < ms);
  return used;
}

int
verb_busy_loop (char **args)
{
  (void)args;
  spin_for_ever ();
}

static void *
spin (void *nothing)
{
  (void)nothing;
  spin_for_ever ();
}

int
verb_busy_threads (char **args)
{
  const unsigned long long wanted = read_number (args[0]);
  pthread_t thread;

  for (unsigned long long started = 1; started < wanted; started++)
    if (pthread_create (&thread, NULL, spin, NULL) != 0)
      return fail ("pthread_create");
  spin_for_ever ();
}

int
verb_busy_children (char **args)
{
  const unsigned long long wanted = read_number (args[0]);

  for (unsigned long long forked = 0; forked < wanted; forked++)
    {
      const pid_t child = fork ();
      if (child < 0)
        return fail ("fork");
      if (child == 0)
        spin_for_ever ();
    }
  for (;;)
    pause ();
}

int
verb_burn_cpu (char **args)
{
  printf ("burned %llu\n", burn (read_number (args[0])));
  return EXIT_OK;
}

int
verb_burn_children (char **args)
{
  const unsigned long long wanted = read_number (args[0]);
  const unsigned long long ms = read_number (args[1]);
  struct rusage used;

  for (unsigned long long forked = 0; forked < wanted; forked++)
    {
      const pid_t child = fork ();
      if (child < 0)
        return fail ("fork");
      if (child == 0)
        {
          burn (ms);
          _exit (EXIT_OK);
        }
    }
  while (wait (NULL) > 0)
    continue;
  if (getrusage (RUSAGE_CHILDREN, &used) != 0)
    return fail ("getrusage");
  printf ("burned %llu\n",
          ((unsigned long long)used.ru_utime.tv_sec + (unsigned long long)used.ru_stime.tv_sec) * 1000
              + ((unsigned long long)used.ru_utime.tv_usec + (unsigned long long)used.ru_stime.tv_usec)
                    / 1000);
  return EXIT_OK;
}

/* Starts a child with a short life, and returns at its end: it is the only writer of the pipe. */
static int
burn_briefly (void)
{
  int ends[2];
  char nothing;

  if (pipe (ends) != 0)
    return fail ("pipe");
  const pid_t child = fork ();
  if (child < 0)
    return fail ("fork");
  if (child == 0)
    {
      burn (SHORT_LIFE_MS);
      _exit (EXIT_OK);
    }
  close (ends[1]);
  const ssize_t length = read (ends[0], &nothing, 1);
  close (ends[0]);
  return length == 0 ? EXIT_OK : fail ("read");
}

int
verb_burn_unreaped (char **args)
{
  const unsigned long long wanted = read_number (args[0]);
  unsigned long long burned = 0;

  /* Then the kernel reaps them, and their time is added to that of no parent: getrusage(2). */
  signal (SIGCHLD, SIG_IGN);
  for (; burned < wanted; burned += SHORT_LIFE_MS)
    if (burn_briefly () != EXIT_OK)
      return EXIT_FAILED;
  printf ("burned %llu\n", burned);
  return EXIT_OK;
}

int
verb_heartbeat (char **args)
{
  const unsigned long long us = read_number (args[0]);

  for (;;)
    {
      const unsigned long long begun = used_us ();
      while (used_us () - begun < us)
        continue;
      sleep_ms (HEARTBEAT_MS);
    }
}
