#include "child.h"
#include <errno.h>
#include <linux/sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

pid_t
child_clone (uint64_t flags, int cgroup_fd)
{
  struct clone_args args = { .flags = flags, .exit_signal = SIGCHLD };

  if (cgroup_fd >= 0)
    {
      args.flags |= CLONE_INTO_CGROUP;
      args.cgroup = (uint64_t)cgroup_fd;
    }
  const long pid = syscall (SYS_clone3, &args, sizeof args);
  return pid < 0 ? (pid_t)-errno : (pid_t)pid;
}

_Noreturn void
child_run (struct probe *probe, probe_function *inside)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  _exit (inside (probe) == 0 ? 0 : 1);
}

int
child_wait (struct probe *probe, pid_t pid)
{
  int status;

  while (waitpid (pid, &status, 0) < 0)
    if (errno != EINTR)
      return probe_fail_errno (probe, "wait");
  if (WIFEXITED (status) && WEXITSTATUS (status) == 0)
    return 0;
  if (probe->result->step != NULL)
    return probe->result->err > 0 ? -probe->result->err : -EINTR;
  if (WIFSIGNALED (status))
    probe_note (probe, "signal", WTERMSIG (status));
  probe_fail (probe, "run", PROBE_KILLED);
  return -EINTR;
}

void
child_kill (pid_t pid)
{
  kill (pid, SIGKILL);
  while (waitpid (pid, NULL, 0) < 0 && errno == EINTR)
    continue;
}

int
child_pause (struct probe *probe)
{
  (void)probe;
  for (;;)
    pause ();
}

int
child_nothing (struct probe *probe)
{
  (void)probe;
  return 0;
}
