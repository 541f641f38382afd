#include "../cell/confine.h"
#include "../cell/landlock.h"
#include "rules.h"
#include <errno.h>
#include <linux/capability.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Older ones do not keep truncate(2) in. */
#define LEAST_VERSION 3
#define MAX_PLACES 128

/* No program starts another one, and none needs more than files and directories. */
#define CHANGE_FILES                                                                                         \
  (LANDLOCK_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR                                                          \
   | (LANDLOCK_CHANGE & ~(LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO)))

static int rules = -ENOSYS;
static pid_t own_pid;

static uint64_t
access_of (const char *path)
{
  struct stat st;

  return stat (path, &st) == 0 && S_ISDIR (st.st_mode) ? LANDLOCK_READ : LANDLOCK_EXECUTE;
}

int
rules_make (char *const *files, size_t count)
{
  struct landlock_place places[MAX_PLACES];
  const int version = landlock_version ();

  if (version < 0)
    return version;
  if (version < LEAST_VERSION)
    return -EOPNOTSUPP;
  if (count >= MAX_PLACES)
    return -E2BIG;
  for (size_t i = 0; i < count; i++)
    places[i] = (struct landlock_place){ files[i], access_of (files[i]) };
  places[count] = (struct landlock_place){ ".", CHANGE_FILES };
  own_pid = getpid ();
  rules = landlock_prepare (places, count + 1);
  return rules < 0 ? rules : 0;
}

int
confine_prepare_fence (void)
{
  return rules;
}

/* It dies with us, however we end: no namespace takes it along. */
static int
die_with_parent (void)
{
  if (prctl (PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
    return -errno;
  /* We may have died before. */
  return getppid () == own_pid ? 0 : -ESRCH;
}

int
confine_drop_privileges (void)
{
  struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3, .pid = 0 };
  const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { 0 };
  const int result = die_with_parent ();

  if (result < 0)
    return result;
  return syscall (SYS_capset, &header, none) < 0 ? -errno : 0;
}

bool
is_our_program (pid_t pid)
{
  siginfo_t info;

  return pid > 0 && waitid (P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

/* Its filter lets it make no process, so that it is the only one. */
void
confine_kill_all (pid_t main)
{
  if (is_our_program (main))
    kill (main, SIGKILL);
}
