#include "abilities.h"
#include <errno.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Refuses one harmless call, in a way that the call itself never fails. */
static struct sock_filter filter[] = {
  BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, nr)),
  BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
  BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EXDEV),
  BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
};

int
probe_seccomp (struct probe *probe)
{
  const struct sock_fprog program = { .len = sizeof filter / sizeof filter[0], .filter = filter };

  if (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
    return probe_fail_errno (probe, "no_new_privs");
  if (prctl (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) < 0)
    return probe_fail_errno (probe, "seccomp");
  errno = 0;
  if (syscall (SYS_getppid) >= 0 || errno != EXDEV)
    return probe_fail (probe, "verify", EINVAL);
  return 0;
}

int
probe_landlock (struct probe *probe)
{
  const long abi = syscall (SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

  if (abi < 0)
    return probe_fail_errno (probe, "landlock_create_ruleset");
  probe_note (probe, "abi", (int)abi);
  return 0;
}
