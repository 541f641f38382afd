#include "../cell/confine.h"
#include "../cell/landlock.h"
#include "bounding-set.h"
#include <errno.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Both halves of each bit, the bit and its lock: execve(2) by uid 0 gains nothing, for good
 * (capabilities(7)). */
#define SECUREBITS                                                                                           \
  (SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP | SECBIT_NO_SETUID_FIXUP_LOCKED             \
   | SECBIT_KEEP_CAPS_LOCKED | SECBIT_NO_CAP_AMBIENT_RAISE | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED)

/* Empties every capability set and locks the securebits, so that uid 0 of the namespace is worth nothing. */
int
confine_drop_privileges (void)
{
  struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3, .pid = 0 };
  const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { 0 };

  /* The slot has done so; if not, now is the time, before the sets are emptied. */
  if (bounding_set_drop () < 0)
    return -errno;
  if (prctl (PR_SET_SECUREBITS, SECUREBITS, 0, 0, 0) < 0)
    return -errno;
  if (prctl (PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0)
    return -errno;
  return syscall (SYS_capset, &header, none) < 0 ? -errno : 0;
}

int
confine_prepare_fence (void)
{
  static const struct landlock_place places[] = {
    { "/", LANDLOCK_READ },
    { "/dev", LANDLOCK_READ | LANDLOCK_USE },
    { "/box", LANDLOCK_READ | LANDLOCK_CHANGE },
    { "/tmp", LANDLOCK_READ | LANDLOCK_CHANGE },
    { "/dev/shm", LANDLOCK_READ | LANDLOCK_CHANGE },
  };
  static int rules;

  if (rules == 0)
    rules = landlock_prepare (places, sizeof places / sizeof *places);
  return rules;
}

/* No other process of the namespace is its pid 1, which we are (kill(2)). */
void
confine_kill_all (pid_t main)
{
  (void)main;
  kill (-1, SIGKILL);
}
