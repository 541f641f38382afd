/* Reaching other processes, terminals and keys. */
#include "payload.h"
#include "verbs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/keyctl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int
verb_try_kill (char **args)
{
  return answer (kill ((pid_t)read_number (args[0]), read_signal (args[1])));
}

int
verb_try_ptrace (char **args)
{
  const pid_t pid = (pid_t)read_number (args[0]);
  const long result = ptrace (PTRACE_ATTACH, pid, NULL, NULL);

  if (result < 0)
    return answer (result);
  /* It can be let go only once it has stopped. */
  if (waitpid (pid, NULL, __WALL) == pid)
    ptrace (PTRACE_DETACH, pid, NULL, NULL);
  return answer (result);
}

int
verb_try_open_proc_mem (char **args)
{
  char path[PATH_MAX];

  snprintf (path, sizeof path, "/proc/%s/mem", args[0]);
  int fd = open (path, O_RDWR | O_CLOEXEC);
  /* A read-only proc refuses the writer whoever asks; the reader is refused by ptrace(2) access alone. */
  if (fd < 0)
    fd = open (path, O_RDONLY | O_CLOEXEC);
  const int result = answer (fd);
  if (fd >= 0)
    close (fd);
  return result;
}

int
verb_try_tiocsti (char **args)
{
  const int terminal = open ("/dev/tty", O_RDWR | O_CLOEXEC);

  (void)args;
  const int result = answer (ioctl (terminal < 0 ? STDIN_FILENO : terminal, TIOCSTI, " "));
  if (terminal >= 0)
    close (terminal);
  return result;
}

int
verb_try_keyctl (char **args)
{
  (void)args;
  /* The keyring of a process goes with it: keyrings(7). */
  return answer (syscall (SYS_add_key, "user", "payload", "x", 1, KEY_SPEC_PROCESS_KEYRING));
}
