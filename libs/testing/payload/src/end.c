/* Ways to end, and not to. */
#include "payload.h"
#include "verbs.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static _Noreturn void
wait_for_ever (void)
{
  for (;;)
    pause ();
}

int
verb_true (char **args)
{
  (void)args;
  return EXIT_OK;
}

int
verb_exit (char **args)
{
  return (int)read_number (args[0]);
}

int
verb_kill_self (char **args)
{
  if (kill (getpid (), read_signal (args[0])) != 0)
    return fail ("kill");
  puts ("survived");
  return EXIT_OK;
}

int
verb_stop_self (char **args)
{
  (void)args;
  if (raise (SIGSTOP) != 0)
    return fail ("raise");
  puts ("continued");
  return EXIT_OK;
}

int
verb_ignore_sigterm (char **args)
{
  (void)args;
  /* Refused for SIGKILL and SIGSTOP, and for the two that libc keeps to itself: that is the point. */
  for (int number = 1; number < NSIG; number++)
    signal (number, SIG_IGN);
  puts ("ignoring");
  fflush (stdout);
  wait_for_ever ();
}

int
verb_sleep (char **args)
{
  const unsigned long long ms = read_number (args[0]);
  struct timespec left = { .tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000 };

  while (nanosleep (&left, &left) != 0)
    continue;
  return EXIT_OK;
}

int
verb_pause (char **args)
{
  (void)args;
  wait_for_ever ();
}
