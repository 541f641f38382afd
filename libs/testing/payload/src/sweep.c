/* Trying every system call there is. */
#include "hold.h"
#include "payload.h"
#include "verbs.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

/* How long a call that waits may take. */
#define PATIENCE_US 60000

/*
 * In a child: the call with arguments that lead nowhere, all of them -1 as descriptors, addresses and flags
 * go. What it came to is in `result`, which the parent shares.
 */
static _Noreturn void
try_call (long number, volatile long *result)
{
  const struct itimerval patience = { .it_value = { .tv_usec = PATIENCE_US } };
  const pid_t self = getpid ();

  signal (SIGALRM, SIG_DFL);
  setitimer (ITIMER_REAL, &patience, NULL);
  const long returned = syscall (number, -1L, -1L, -1L, -1L, -1L, -1L);
  /* A fork among the calls returns twice, in its child perhaps when the parent is some calls further. */
  if (getpid () == self)
    *result = returned == -1 ? errno : 0;
  _exit (EXIT_OK);
}

/* Prints what a child came to: an errno, `none`, or the signal that ended it. */
static void
tell_call (long number, int status, long result)
{
  if (WIFSIGNALED (status))
    printf ("%ld SIG%s\n", number, sigabbrev_np (WTERMSIG (status)));
  else
    printf ("%ld %s\n", number, result < 0 ? "gone" : errno_name ((int)result));
}

int
verb_sweep_syscalls (char **args)
{
  const long first = (long)read_number (args[0]), last = (long)read_number (args[1]);
  volatile long *const result
      = mmap (NULL, sizeof *result, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  int status;

  if (result == MAP_FAILED)
    return fail ("mmap");
  for (long number = first; number <= last; number++)
    {
      *result = -1;
      fflush (stdout);
      const pid_t child = fork ();
      if (child < 0)
        return fail ("fork");
      if (child == 0)
        try_call (number, result);
      if (waitpid (child, &status, 0) == child)
        tell_call (number, status, *result);
      /* What a fork among the calls has made. */
      while (waitpid (-1, NULL, WNOHANG) > 0)
        continue;
    }
  return EXIT_OK;
}

int
verb_try_foreign_call (char **args)
{
  (void)args;
#if defined(__x86_64__)
  /* getpid(2) of the 32-bit ABI. */
  long pid;
  __asm__ volatile("int $0x80" : "=a"(pid) : "a"(20L) : "memory");
  errno = pid < 0 ? (int)-pid : 0;
  return answer (pid < 0 ? -1 : 0);
#else
  errno = ENOSYS;
  return answer (-1);
#endif
}
