#include "abilities.h"
#include "child.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

/* A process born in the cgroup of the operand. Returns its pid, or -errno. */
static pid_t
clone_into (struct probe *probe, int directory)
{
  const pid_t pid = child_clone (0, directory);

  if (pid == 0)
    child_run (probe, child_pause);
  return pid < 0 ? probe_fail (probe, "clone", -pid) : pid;
}

static int
open_directory (struct probe *probe)
{
  const int fd = open (probe->cgroup, O_DIRECTORY | O_RDONLY | O_CLOEXEC);

  return fd < 0 ? probe_fail_errno (probe, "open") : fd;
}

int
probe_cgroup_clone (struct probe *probe)
{
  const int directory = open_directory (probe);

  if (directory < 0)
    return directory;
  const pid_t pid = clone_into (probe, directory);
  close (directory);
  if (pid < 0)
    return pid;
  child_kill (pid);
  return 0;
}

static int
write_kill (struct probe *probe, int directory)
{
  const int fd = openat (directory, "cgroup.kill", O_WRONLY | O_CLOEXEC);

  if (fd < 0)
    return probe_fail_errno (probe, "kill");
  const int result = write (fd, "1", 1) == 1 ? 0 : probe_fail_errno (probe, "kill");
  close (fd);
  return result;
}

int
probe_cgroup_kill (struct probe *probe)
{
  const int directory = open_directory (probe);

  if (directory < 0)
    return directory;
  const pid_t pid = clone_into (probe, directory);
  const int result = pid < 0 ? pid : write_kill (probe, directory);
  close (directory);
  if (pid < 0)
    return result;
  if (result < 0)
    child_kill (pid);
  else
    /* Ends only if the kernel has killed it. */
    while (waitpid (pid, NULL, 0) < 0 && errno == EINTR)
      continue;
  return result;
}
