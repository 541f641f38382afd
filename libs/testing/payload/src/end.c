/* Ways to end, and not to. */
#include "hold.h"
#include "payload.h"
#include "verbs.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
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
verb_stop_and_continue (char **args)
{
  const pid_t stopped = getpid ();
  const pid_t child = fork ();

  if (child < 0)
    return fail ("fork");
  if (child == 0)
    {
      sleep_ms (read_number (args[0]));
      /* Once more for one that was not yet stopped the first time; it is gone when it was. */
      while (getppid () == stopped && kill (stopped, SIGCONT) == 0)
        sleep_ms (1);
      _exit (EXIT_OK);
    }
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
  sleep_ms (read_number (args[0]));
  return EXIT_OK;
}

int
verb_pause (char **args)
{
  (void)args;
  wait_for_ever ();
}

int
verb_select_forever (char **args)
{
  (void)args;
  for (;;)
    select (0, NULL, NULL, NULL, NULL);
}
