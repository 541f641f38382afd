/* Outliving the main process. */
#include "payload.h"
#include "verbs.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static _Noreturn void
be_daemon (bool keeps_output)
{
  const int null = open ("/dev/null", O_RDWR);

  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    if (null >= 0 && (fd == STDIN_FILENO || !keeps_output))
      dup2 (null, fd);
  for (;;)
    pause ();
}

/* Forks twice: the one between leads a new session and ends, so the daemon is nobody's child and leads
 * nothing. */
static int
leave_daemon (bool keeps_output)
{
  const pid_t between = fork ();

  if (between < 0)
    return fail ("fork");
  if (between > 0)
    return waitpid (between, NULL, 0) == between ? EXIT_OK : fail ("waitpid");

  const pid_t daemon = setsid () < 0 ? -1 : fork ();
  if (daemon < 0)
    _exit (fail ("setsid and fork"));
  if (daemon == 0)
    be_daemon (keeps_output);
  printf ("daemon %d\n", (int)daemon);
  fflush (stdout);
  _exit (EXIT_OK);
}

int
verb_double_fork_setsid (char **args)
{
  (void)args;
  return leave_daemon (false);
}

int
verb_hold_stdout (char **args)
{
  (void)args;
  return leave_daemon (true);
}
