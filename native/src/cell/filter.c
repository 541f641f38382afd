#include "filter.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define NATIVE_ARCH AUDIT_ARCH_X86_64
#define X32_BIT 0x40000000u /* the x32 ABI has the same architecture and other numbers */
#elif defined(__aarch64__)
#define NATIVE_ARCH AUDIT_ARCH_AARCH64
#define X32_BIT 0xffffffffu
#endif

#define LOAD(field) BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, field))
/* The halves of an argument: both architectures are little-endian. */
#define LOW_HALF(n) offsetof (struct seccomp_data, args[n])
#define HIGH_HALF(n) (offsetof (struct seccomp_data, args[n]) + sizeof (uint32_t))
#define LOAD_AT(offset) BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offset)
#define LOAD_ARGUMENT(n) LOAD_AT (LOW_HALF (n))
#define RETURN(action) BPF_STMT (BPF_RET | BPF_K, action)
#define FAIL(err) RETURN (SECCOMP_RET_ERRNO | (err))
/* Goes on with the next instruction if equal, otherwise skips `skip`. */
#define IF_EQUAL(value, skip) BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, value, 0, skip)
#define IF_AT_LEAST(value, skip) BPF_JUMP (BPF_JMP | BPF_JGE | BPF_K, value, 0, skip)
#define REFUSE(number, err) IF_EQUAL (number, 1), FAIL (err)

/* Refuses a call if the low half of argument n, all that the kernel looks at, is one of these values. */
#define REFUSE_VALUE(number, n, value, err)                                                                  \
  IF_EQUAL (number, 4), LOAD_ARGUMENT (n), IF_EQUAL (value, 1), FAIL (err), LOAD (nr)
#define REFUSE_VALUES(number, n, first, second, err)                                                         \
  IF_EQUAL (number, 6), LOAD_ARGUMENT (n), IF_EQUAL (first, 1), FAIL (err), IF_EQUAL (second, 1),            \
      FAIL (err), LOAD (nr)

/* For setsockopt(2), within the block of that call: refuses four options of one level. */
#define REFUSE_OPTIONS(level, a, b, c, d, err)                                                               \
  LOAD_ARGUMENT (1), IF_EQUAL (level, 6), LOAD_ARGUMENT (2), BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, a, 3, 0),  \
      BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, b, 2, 0), BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, c, 1, 0),          \
      IF_EQUAL (d, 1), FAIL (err)

/* Takes a pid in argument n: not that of init, which has the payload's uid and must stay quick. */
#define NOT_ON_INIT(number, n) REFUSE_VALUE (number, n, 1, EPERM)
/* The same for a call that takes a kind and an id: not the kind that means all processes of a user. */
#define NOT_ON_INIT_OR_USER(number, user)                                                                    \
  REFUSE_VALUE (number, 0, user, EPERM), REFUSE_VALUE (number, 1, 1, EPERM)
#define WHO_USER 3 /* IOPRIO_WHO_USER: ioprio_set(2) */

/*
 * What no profile can allow: it would reach beyond the cell, or init. Key rings outlive a cell (user
 * namespace and host uid do); no namespace bounds vsock; io_uring would go around the filter; a terminal's
 * input could be anybody's, and so could be what happens in a directory that the host shows.
 */
static const struct sock_filter floor_rules[] = {
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
  REFUSE_VALUES (SYS_socket, 0, AF_VSOCK, AF_ALG, EAFNOSUPPORT),
  IF_EQUAL (SYS_setsockopt, 25),
  /* Their programs are compiled into memory that the whole host shares, and no limit of a cell counts it. */
  REFUSE_OPTIONS (SOL_SOCKET, SO_ATTACH_FILTER, SO_ATTACH_BPF, SO_ATTACH_REUSEPORT_CBPF,
                  SO_ATTACH_REUSEPORT_EBPF, EPERM),
  /* Groups are left by packets that come later: the next cell of the slot would count them. */
  REFUSE_OPTIONS (IPPROTO_IP, IP_ADD_MEMBERSHIP, IP_ADD_SOURCE_MEMBERSHIP, MCAST_JOIN_GROUP,
                  MCAST_JOIN_SOURCE_GROUP, ENODEV),
  REFUSE_OPTIONS (IPPROTO_IPV6, IPV6_JOIN_GROUP, IPV6_JOIN_ANYCAST, MCAST_JOIN_GROUP, MCAST_JOIN_SOURCE_GROUP,
                  ENODEV),
  LOAD (nr),
  REFUSE_VALUE (SYS_fcntl, 1, F_NOTIFY, EINVAL),
  REFUSE_VALUES (SYS_ioctl, 1, TIOCSTI, TIOCLINUX, EPERM),
  NOT_ON_INIT_OR_USER (SYS_setpriority, PRIO_USER),
  NOT_ON_INIT_OR_USER (SYS_ioprio_set, WHO_USER),
  NOT_ON_INIT (SYS_sched_setscheduler, 0),
  NOT_ON_INIT (SYS_sched_setparam, 0),
  NOT_ON_INIT (SYS_sched_setattr, 0),
  NOT_ON_INIT (SYS_sched_setaffinity, 0),
  /* The limit of core dumps stays: with 0 the host's handler would be started. Asked to change it, nothing is
     done. */
  REFUSE_VALUE (SYS_setrlimit, 0, RLIMIT_CORE, 0),
  /* prlimit64: one's own limits, and nobody else's to be set. Init shares the payload's uid. */
  IF_EQUAL (SYS_prlimit64, 11),
  /* To read one is harmless: there is no new limit. */
  LOAD_ARGUMENT (2),
  IF_EQUAL (0, 2),
  LOAD_AT (HIGH_HALF (2)),
  BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, 0, 6, 0),
  LOAD_ARGUMENT (1),
  IF_EQUAL (RLIMIT_CORE, 1),
  FAIL (0),
  LOAD_ARGUMENT (0),
  BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0),
  FAIL (EPERM),
  LOAD (nr),
};

#define COUNT_OF(array) (sizeof (array) / sizeof *(array))

static bool
append (struct filter *filter, const void *instructions, size_t count)
{
  if (count > COUNT_OF (filter->instructions) - filter->count)
    return false;
  memcpy (filter->instructions + filter->count, instructions, count * sizeof *filter->instructions);
  filter->count += (uint16_t)count;
  return true;
}

/* Refuses the call at hand unless argument n is this address. What follows in `rest` instructions is the
 * refusal. */
#define UNLESS_ADDRESS(n, address, rest)                                                                     \
  LOAD_AT (LOW_HALF (n)), IF_EQUAL ((uint32_t)(uintptr_t)(address), (rest) + 2), LOAD_AT (HIGH_HALF (n)),    \
      IF_EQUAL ((uint32_t)((uint64_t)(uintptr_t)(address) >> 32), rest)

static bool
append_exec_once (struct filter *filter, const struct exec_once *once)
{
  const struct sock_filter rule[] = {
    LOAD (nr),
    REFUSE (SYS_execveat, EPERM),
    IF_EQUAL (SYS_execve, 14),
    UNLESS_ADDRESS (0, once->path, 9),
    UNLESS_ADDRESS (1, once->argv, 5),
    UNLESS_ADDRESS (2, once->environment, 1),
    BPF_STMT (BPF_JMP | BPF_JA, 1),
    FAIL (EPERM),
  };

  return append (filter, rule, COUNT_OF (rule));
}

bool
filter_build (struct filter *filter, const uint8_t *program, uint32_t length, const struct exec_once *once)
{
  filter->count = 0;
  return length > 0 && length % sizeof (struct sock_filter) == 0
         && append (filter, floor_rules, COUNT_OF (floor_rules))
         && (once == NULL || append_exec_once (filter, once))
         && append (filter, program, length / sizeof (struct sock_filter));
}

static int
install (const struct filter *filter, unsigned flags)
{
  const struct sock_fprog program
      = { .len = filter->count, .filter = (struct sock_filter *)(uintptr_t)filter->instructions };
  const long result = syscall (SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);

  return result < 0 ? -errno : (int)result;
}

int
filter_install (const struct filter *filter)
{
  return install (filter, 0);
}

int
filter_install_listening (struct filter *filter)
{
  for (uint16_t i = 0; i < filter->count; i++)
    {
      struct sock_filter *const at = filter->instructions + i;

      if (at->code == (BPF_RET | BPF_K) && (at->k & SECCOMP_RET_ACTION_FULL) == SECCOMP_RET_ERRNO)
        at->k = SECCOMP_RET_USER_NOTIF;
    }
  return install (filter, SECCOMP_FILTER_FLAG_NEW_LISTENER);
}

/* The word of the data at an offset, which the kernel has checked when the filter was installed. */
static uint32_t
word_at (const struct seccomp_data *data, uint32_t offset)
{
  uint32_t word = 0;

  if (offset <= sizeof *data - sizeof word)
    memcpy (&word, (const uint8_t *)data + offset, sizeof word);
  return word;
}

static bool
is_met (uint16_t code, uint32_t accumulator, uint32_t operand)
{
  switch (BPF_OP (code))
    {
    case BPF_JEQ:
      return accumulator == operand;
    case BPF_JGT:
      return accumulator > operand;
    case BPF_JGE:
      return accumulator >= operand;
    case BPF_JSET:
      return (accumulator & operand) != 0;
    default:
      return false;
    }
}

uint32_t
filter_evaluate (const struct filter *filter, const struct seccomp_data *data)
{
  uint32_t accumulator = 0;

  for (uint32_t at = 0; at < filter->count; at++)
    {
      const struct sock_filter *const instruction = filter->instructions + at;

      switch (BPF_CLASS (instruction->code))
        {
        case BPF_LD:
          accumulator = word_at (data, instruction->k);
          break;
        case BPF_ALU: /* libseccomp makes only masks */
          accumulator &= instruction->k;
          break;
        case BPF_JMP:
          if (BPF_OP (instruction->code) == BPF_JA)
            at += instruction->k;
          else
            at += is_met (instruction->code, accumulator, instruction->k) ? instruction->jt : instruction->jf;
          break;
        case BPF_RET:
          return instruction->k;
        default:
          return SECCOMP_RET_ERRNO | EPERM;
        }
    }
  return SECCOMP_RET_ERRNO | EPERM;
}
