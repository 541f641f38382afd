/*
 * ptrace(2) for User Mode Linux 6.1, loaded before libc (LD_PRELOAD).
 *
 * UML keeps 2,696 bytes of a process' extended state: all there was before AMX. Linux takes a state back only
 * whole (xstateregs_set() in arch/x86/kernel/fpu/regset.c: EFAULT otherwise), which on a CPU with AMX is
 * 11,008 bytes, and UML kills its pid 1 over the error. Here the rest is added: zeros, since nothing in the
 * guest can ask for AMX (arch_prctl(2), ARCH_REQ_XCOMP_PERM), so that its part is always in its initial
 * state.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* Larger than any so far. UML calls ptrace from one thread alone. */
static char state[64 * 1024] __attribute__ ((aligned (64)));
static size_t state_size;

/* The size of this machine's states, 0 with errno set if the process cannot be read. */
static size_t
size_of_state (pid_t pid)
{
  struct iovec all = { state, sizeof state };

  if (state_size == 0 && syscall (SYS_ptrace, PTRACE_GETREGSET, pid, NT_X86_XSTATE, &all) == 0)
    {
      state_size = all.iov_len;
      memset (state, 0, sizeof state);
    }
  return state_size;
}

static long
set_state (pid_t pid, const struct iovec *part)
{
  size_t size = size_of_state (pid);
  struct iovec all = { state, size };

  if (size == 0)
    return -1;
  memcpy (state, part->iov_base, part->iov_len < size ? part->iov_len : size);
  return syscall (SYS_ptrace, PTRACE_SETREGSET, pid, NT_X86_XSTATE, &all);
}

/* As libc has it, where the system call stores the word that is read instead of returning it. */
static long
peek (enum __ptrace_request request, pid_t pid, void *address)
{
  long word;

  return syscall (SYS_ptrace, request, pid, address, &word) < 0 ? -1 : word;
}

long
ptrace (enum __ptrace_request request, ...)
{
  va_list arguments;

  va_start (arguments, request);
  pid_t pid = va_arg (arguments, pid_t);
  void *address = va_arg (arguments, void *);
  void *data = va_arg (arguments, void *);
  va_end (arguments);

  switch (request)
    {
    case PTRACE_SETREGSET:
      if (address == (void *)NT_X86_XSTATE)
        return set_state (pid, data);
      break;
    case PTRACE_PEEKTEXT:
    case PTRACE_PEEKDATA:
    case PTRACE_PEEKUSER:
      return peek (request, pid, address);
    default:
      break;
    }
  return syscall (SYS_ptrace, request, pid, address, data);
}
