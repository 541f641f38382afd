#include "abilities.h"
#include "child.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/memfd.h>
#include <linux/openat2.h>
#include <signal.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U /* Linux 6.3 */
#endif
#ifndef P_PIDFD
#define P_PIDFD 3
#endif

#define SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

static int
signal_by_pidfd (struct probe *probe, pid_t pid)
{
  siginfo_t info;
  const int pidfd = (int)syscall (SYS_pidfd_open, pid, 0);
  int result = 0;

  if (pidfd < 0)
    return probe_fail_errno (probe, "pidfd_open");
  if (syscall (SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0) < 0)
    result = probe_fail_errno (probe, "pidfd_send_signal");
  else if (waitid (P_PIDFD, (id_t)pidfd, &info, WEXITED | WNOWAIT) < 0)
    result = probe_fail_errno (probe, "waitid");
  close (pidfd);
  return result;
}

int
probe_pidfd (struct probe *probe)
{
  const pid_t pid = fork ();

  if (pid < 0)
    return probe_fail_errno (probe, "fork");
  if (pid == 0)
    child_run (probe, child_pause);
  const int result = signal_by_pidfd (probe, pid);
  child_kill (pid);
  return result;
}

int
probe_close_range (struct probe *probe)
{
  const int fd = open ("/", O_PATH | O_CLOEXEC);

  if (fd < 0)
    return probe_fail_errno (probe, "open");
  if (syscall (SYS_close_range, fd, fd, 0) < 0)
    return probe_fail_errno (probe, "close_range");
  return fcntl (fd, F_GETFD) < 0 && errno == EBADF ? 0 : probe_fail (probe, "verify", EINVAL);
}

int
probe_openat2 (struct probe *probe)
{
  struct open_how how = { .flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS };
  const int root = open ("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

  if (root < 0)
    return probe_fail_errno (probe, "open");
  const long fd = syscall (SYS_openat2, root, ".", &how, sizeof how);
  const int result = fd < 0 ? probe_fail_errno (probe, "openat2") : 0;
  if (fd >= 0)
    close ((int)fd);
  close (root);
  return result;
}

/* Before Linux 6.3 every memfd is executable and the flag is refused. */
static int
create_memfd (void)
{
  const int fd = (int)syscall (SYS_memfd_create, "sandlot-probe", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);

  if (fd >= 0 || errno != EINVAL)
    return fd;
  return (int)syscall (SYS_memfd_create, "sandlot-probe", MFD_CLOEXEC | MFD_ALLOW_SEALING);
}

/* Copies this very program. */
static int
copy_self (struct probe *probe, int memfd)
{
  const int self = open ("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  struct stat stats;
  ssize_t sent = 1;

  if (self < 0)
    return probe_fail_errno (probe, "open_self");
  if (fstat (self, &stats) < 0)
    sent = -1;
  for (off_t copied = 0; sent > 0 && copied < stats.st_size; copied += sent)
    sent = sendfile (memfd, self, NULL, (size_t)(stats.st_size - copied));
  close (self);
  return sent > 0 ? 0 : probe_fail_errno (probe, "copy_self");
}

static int
execute_sealed (struct probe *probe, int memfd)
{
  char *const argv[] = { "probe", "--nothing", NULL };
  char *const environment[] = { NULL };
  const pid_t pid = fork ();

  if (pid < 0)
    return probe_fail_errno (probe, "fork");
  if (pid > 0)
    return child_wait (probe, pid);
  syscall (SYS_execveat, memfd, "", argv, environment, AT_EMPTY_PATH);
  probe_fail_errno (probe, "execveat");
  _exit (1);
}

int
probe_sealed_exec (struct probe *probe)
{
  const int memfd = create_memfd ();

  if (memfd < 0)
    return probe_fail_errno (probe, "memfd_create");
  int result = copy_self (probe, memfd);
  if (result == 0 && fcntl (memfd, F_ADD_SEALS, SEALS) < 0)
    result = probe_fail_errno (probe, "seal");
  if (result == 0)
    result = execute_sealed (probe, memfd);
  close (memfd);
  return result;
}
