/* More than its share of processes and threads. */
#include "hold.h"
#include "payload.h"
#include "verbs.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define THREAD_STACK_BYTES (64 * 1024)

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
  tell_and_hold ("forked", forked, err, args[1]);
  for (unsigned long long index = 0; index < forked; index++)
    kill (children[index], SIGKILL);
  while (wait (NULL) > 0)
    continue;
  free (children);
  return EXIT_OK;
}

int
verb_fork_storm (char **args)
{
  (void)args;
  for (;;)
    fork ();
}

struct tally
{
  atomic_ullong forked;
  atomic_int err;
};

/* Two children, which have two each; all of them stay until theirs have ended. */
static void
grow (struct tally *tally, unsigned long long depth)
{
  for (int number = 0; depth > 0 && number < 2; number++)
    {
      const pid_t child = fork ();
      if (child == 0)
        {
          grow (tally, depth - 1);
          _exit (EXIT_OK);
        }
      if (child < 0)
        atomic_store (&tally->err, errno);
      else
        atomic_fetch_add (&tally->forked, 1);
    }
  while (wait (NULL) > 0)
    continue;
}

int
verb_fork_tree (char **args)
{
  struct tally *tally = mmap (NULL, sizeof *tally, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

  if (tally == MAP_FAILED)
    return fail ("mmap");
  grow (tally, read_number (args[0]));
  tell_and_hold ("forked", atomic_load (&tally->forked), atomic_load (&tally->err), NULL);
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
  tell_and_hold ("started", started, err, args[1]);
  _exit (EXIT_OK);
}
