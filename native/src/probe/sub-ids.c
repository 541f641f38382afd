#include "abilities.h"
#include "child.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

/* Runs newuidmap(1) or newgidmap(1): the whole range, from 0 on. Of no host uid but those of the range. */
static _Noreturn void
execute_helper (struct probe *probe, char *helper, pid_t pid, struct probe_range range)
{
  char pid_text[24], start[24], count[24];
  char *const argv[] = { helper, pid_text, "0", start, count, NULL };
  const int null = open ("/dev/null", O_WRONLY | O_CLOEXEC);

  snprintf (pid_text, sizeof pid_text, "%d", (int)pid);
  snprintf (start, sizeof start, "%u", range.start);
  snprintf (count, sizeof count, "%u", range.count);
  /* What it says is meant for a terminal. */
  if (null >= 0)
    dup2 (null, STDERR_FILENO);
  execvp (helper, argv);
  probe_fail_errno (probe, helper);
  _exit (1);
}

static int
map_range (struct probe *probe, char *helper, pid_t pid, struct probe_range range)
{
  const pid_t child = fork ();
  int status = 0;

  if (child < 0)
    return probe_fail_errno (probe, "fork");
  if (child == 0)
    execute_helper (probe, helper, pid, range);
  while (waitpid (child, &status, 0) < 0 && errno == EINTR)
    continue;
  if (status == 0)
    return 0;
  return probe->result->step != NULL ? -probe->result->err : probe_fail (probe, helper, EPERM);
}

int
probe_sub_ids (struct probe *probe)
{
  pid_t pid;
  int result;

  if (probe->sub_uids.count == 0 || probe->sub_gids.count == 0)
    return probe_fail (probe, "range", ENOENT);
  pid = child_clone (CLONE_NEWUSER, -1);
  if (pid < 0)
    return probe_fail (probe, "clone", -pid);
  if (pid == 0)
    child_run (probe, child_pause);
  result = map_range (probe, "newuidmap", pid, probe->sub_uids);
  if (result == 0)
    result = map_range (probe, "newgidmap", pid, probe->sub_gids);
  child_kill (pid);
  return result;
}
