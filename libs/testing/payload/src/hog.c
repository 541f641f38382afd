/* More than its share of memory, processes, threads and CPU time. */
#include "payload.h"
#include "verbs.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CHUNK_BYTES (1u << 20)
#define THREAD_STACK_BYTES (64 * 1024)

int
verb_memory_hog (char **args)
{
  const unsigned long long wanted = read_number (args[0]);
  unsigned long long touched = 0;
  int err = 0;

  while (touched < wanted)
    {
      const size_t length = wanted - touched < CHUNK_BYTES ? (size_t)(wanted - touched) : CHUNK_BYTES;
      char *chunk = mmap (NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      if (chunk == MAP_FAILED)
        {
          err = errno;
          break;
        }
      memset (chunk, 1, length);
      touched += length;
    }
  printf ("touched %llu %s\n", touched, errno_name (err));
  return EXIT_OK;
}

int
verb_fork_bomb (char **args)
{
  const unsigned long long wanted = read_number (args[0]);
  pid_t *children = calloc (wanted + 1, sizeof *children);
  unsigned long long forked = 0;
  int err = 0;

  if (children == NULL)
    return fail ("calloc");
  while (forked < wanted && err == 0)
    {
      const pid_t child = fork ();
      if (child == 0)
        for (;;)
          pause ();
      if (child < 0)
        err = errno;
      else
        children[forked++] = child;
    }
  printf ("forked %llu %s\n", forked, errno_name (err));
  fflush (stdout);
  for (unsigned long long index = 0; index < forked; index++)
    kill (children[index], SIGKILL);
  while (wait (NULL) > 0)
    continue;
  free (children);
  return EXIT_OK;
}

static void *
idle (void *nothing)
{
  for (;;)
    pause ();
  return nothing;
}

int
verb_thread_bomb (char **args)
{
  const unsigned long long wanted = read_number (args[0]);
  unsigned long long started = 0;
  pthread_attr_t attributes;
  pthread_t thread;
  int err = 0;

  /* Small stacks, so that it is the number of threads that is held and not their memory. */
  if (pthread_attr_init (&attributes) != 0
      || pthread_attr_setstacksize (&attributes, THREAD_STACK_BYTES) != 0)
    return fail ("pthread_attr");
  while (started < wanted && (err = pthread_create (&thread, &attributes, idle, NULL)) == 0)
    started++;
  printf ("started %llu %s\n", started, errno_name (err));
  fflush (stdout);
  _exit (EXIT_OK);
}

int
verb_busy_loop (char **args)
{
  (void)args;
  for (volatile unsigned long spin = 0;; spin++)
    continue;
}

int
verb_burn_cpu (char **args)
{
  const unsigned long long wanted_ms = read_number (args[0]);
  unsigned long long used_ms;

  do
    {
      struct timespec used;
      if (clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &used) != 0)
        return fail ("clock_gettime");
      used_ms = (unsigned long long)used.tv_sec * 1000 + (unsigned long long)used.tv_nsec / 1000000;
    }
  while (used_ms < wanted_ms);
  printf ("burned %llu\n", used_ms);
  return EXIT_OK;
}
