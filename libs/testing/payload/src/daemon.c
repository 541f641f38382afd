/* Outliving the main process. */
#include "payload.h"
#include "verbs.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
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

static _Noreturn void
hold_back (pid_t traced, int ready_fd)
{
  if (ptrace (PTRACE_SEIZE, traced, NULL, NULL) != 0)
    _exit (fail ("ptrace"));
  write_all (ready_fd, "", 1);
  for (;;)
    pause ();
}

int
verb_traced_end (char **args)
{
  const pid_t self = getpid ();
  char byte;
  int ends[2];

  (void)args;
  prctl (PR_SET_PTRACER, PR_SET_PTRACER_ANY);
  if (pipe (ends) != 0)
    return fail ("pipe");
  const pid_t tracer = fork ();
  if (tracer < 0)
    return fail ("fork");
  if (tracer == 0)
    hold_back (self, ends[1]);
  close (ends[1]);
  return read (ends[0], &byte, 1) == 1 ? EXIT_OK : EXIT_FAILED;
}
