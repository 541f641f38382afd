#include "confine.h"
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#if defined(__x86_64__)
#define NATIVE_ARCH AUDIT_ARCH_X86_64
#define X32_BIT 0x40000000u /* the x32 ABI has the same architecture and other numbers */
#elif defined(__aarch64__)
#define NATIVE_ARCH AUDIT_ARCH_AARCH64
#define X32_BIT 0xffffffffu
#endif

#define LOAD(field) BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, field))
/* The halves of an argument: both architectures are little-endian. */
#define LOAD_ARGUMENT(n) LOAD (args[n])
#define LOAD_HIGH_ARGUMENT(n)                                                                                \
  BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, args[n]) + sizeof (uint32_t))
#define RETURN(action) BPF_STMT (BPF_RET | BPF_K, action)
#define FAIL(err) RETURN (SECCOMP_RET_ERRNO | (err))
/* Goes on with the next instruction if equal, otherwise skips `skip`. */
#define IF_EQUAL(value, skip) BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, value, 0, skip)
#define IF_AT_LEAST(value, skip) BPF_JUMP (BPF_JMP | BPF_JGE | BPF_K, value, 0, skip)
#define REFUSE(number, err) IF_EQUAL (number, 1), FAIL (err)

/* Takes a pid in argument n: not that of init, which has the payload's uid and must stay quick. */
#define NOT_ON_INIT(number, n)                                                                               \
  IF_EQUAL (number, 4), LOAD_ARGUMENT (n), IF_EQUAL (1, 1), FAIL (EPERM), RETURN (SECCOMP_RET_ALLOW)
/* The same for a call that takes a kind and an id: not the kind that means all processes of a user. */
#define NOT_ON_INIT_OR_USER(number, user)                                                                    \
  IF_EQUAL (number, 7), LOAD_ARGUMENT (0), IF_EQUAL (user, 1), FAIL (EPERM), LOAD_ARGUMENT (1),              \
      IF_EQUAL (1, 1), FAIL (EPERM), RETURN (SECCOMP_RET_ALLOW)
#define WHO_USER 3 /* IOPRIO_WHO_USER: ioprio_set(2) */

static struct sock_filter filter[] = {
  LOAD (arch),
  BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, NATIVE_ARCH, 1, 0),
  RETURN (SECCOMP_RET_KILL_PROCESS),
  LOAD (nr),
  IF_AT_LEAST (X32_BIT, 1),
  FAIL (ENOSYS),
  REFUSE (SYS_add_key, ENOSYS),
  REFUSE (SYS_request_key, ENOSYS),
  REFUSE (SYS_keyctl, ENOSYS),
  REFUSE (SYS_io_uring_setup, ENOSYS),
  REFUSE (SYS_io_uring_enter, ENOSYS),
  REFUSE (SYS_io_uring_register, ENOSYS),
  /* socket: not AF_VSOCK, not AF_ALG. */
  IF_EQUAL (SYS_socket, 6),
  LOAD_ARGUMENT (0),
  IF_EQUAL (AF_VSOCK, 1),
  FAIL (EAFNOSUPPORT),
  IF_EQUAL (AF_ALG, 1),
  FAIL (EAFNOSUPPORT),
  RETURN (SECCOMP_RET_ALLOW),
  NOT_ON_INIT_OR_USER (SYS_setpriority, PRIO_USER),
  NOT_ON_INIT_OR_USER (SYS_ioprio_set, WHO_USER),
  NOT_ON_INIT (SYS_sched_setscheduler, 0),
  NOT_ON_INIT (SYS_sched_setparam, 0),
  NOT_ON_INIT (SYS_sched_setattr, 0),
  NOT_ON_INIT (SYS_sched_setaffinity, 0),
  /* prlimit64: one's own limits, and nobody else's to be set. Init shares the payload's uid. */
  IF_EQUAL (SYS_prlimit64, 8),
  LOAD_ARGUMENT (0),
  IF_EQUAL (0, 1),
  RETURN (SECCOMP_RET_ALLOW),
  LOAD_ARGUMENT (2),
  IF_EQUAL (0, 2),
  LOAD_HIGH_ARGUMENT (2),
  BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0),
  FAIL (EPERM),
  RETURN (SECCOMP_RET_ALLOW),
};

int
confine_filter_system_calls (void)
{
  const struct sock_fprog program = { .len = sizeof filter / sizeof filter[0], .filter = filter };

  return prctl (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) < 0 ? -errno : 0;
}
