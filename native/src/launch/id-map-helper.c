#include "id-map-helper.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

/* Silent, without our environment, and with no signal blocked, as a launch has them. Returns 0 or an errno.
 */
static int
spawn (char *const argv[], pid_t *pid)
{
  char *const environment[] = { NULL };
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t none;
  int err;

  sigemptyset (&none);
  if (posix_spawn_file_actions_init (&actions) != 0)
    return ENOMEM;
  posix_spawnattr_init (&attributes);
  posix_spawnattr_setflags (&attributes, POSIX_SPAWN_SETSIGMASK);
  posix_spawnattr_setsigmask (&attributes, &none);
  err = posix_spawn_file_actions_addopen (&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  if (err == 0)
    err = posix_spawnp (pid, argv[0], &actions, &attributes, argv, environment);
  posix_spawnattr_destroy (&attributes);
  posix_spawn_file_actions_destroy (&actions);
  return err;
}

int
sbx_id_map_helper_run (char *program, long pid, uint32_t host_id)
{
  char pid_text[24], id_text[16];
  char *const argv[] = { program, pid_text, "0", id_text, "1", NULL };
  pid_t helper;
  int status;

  snprintf (pid_text, sizeof pid_text, "%ld", pid);
  snprintf (id_text, sizeof id_text, "%u", host_id);
  const int err = spawn (argv, &helper);
  if (err != 0)
    return -err;
  while (waitpid (helper, &status, 0) < 0)
    if (errno != EINTR)
      return -errno;
  return WIFEXITED (status) && WEXITSTATUS (status) == 0 ? 0 : -EPERM;
}
