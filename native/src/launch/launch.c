/*
 * Starts `init` as pid 1 of a new slot.
 *
 * The parent is a thread of a large multi-threaded process, so the child between clone and exec may do
 * nothing but raw system calls on memory prepared here: a lock may be held for ever by a thread it does not
 * have (fork(2), signal-safety(7)).
 *
 *   parent                                   child (shares memory, own stack, own descriptor table)
 *   clone3 into new namespaces               arranges its descriptors, closes all others
 *   writes setgroups, uid_map, gid_map       waits on `go`
 *   writes one byte to `go`                  becomes root of its namespace
 *   reads `report`                           execveat: `report` closes; or writes one struct sbx_error, exits
 *
 * End of file on `go` tells the child to give up. End of file on `report` tells the parent that init runs.
 * This is not a vfork: the parent has to write the maps while the child waits, because a host uid that is not
 * the worker's own takes a capability in the parent's namespace (user_namespaces(7)): that of a worker
 * started as root, or of newuidmap(1).
 */
#include "launch.h"
#include "child.h"
#include "clone-child.h"
#include "id-maps.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define STACK_BYTES (64u * 1024)
#define NAMESPACES (CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWUTS)

static int
fail (struct sbx_error *error, enum sbx_step_name step, int err)
{
  *error = (struct sbx_error){ .step = step, .index = 0, .err = err };
  return -err;
}

/* Clones the child. Returns its pid or -errno. */
static long
clone_slot (const struct sbx_launch *launch, struct sbx_child *child, void *stack, int *pidfd)
{
  struct clone_args args = {
    .flags = CLONE_VM | CLONE_PIDFD | NAMESPACES,
    .pidfd = (uint64_t)(uintptr_t)pidfd,
    .exit_signal = 0, /* no SIGCHLD: the process that embeds us has its own children */
    .stack = (uint64_t)(uintptr_t)stack,
    .stack_size = STACK_BYTES,
  };

  if (launch->cgroup_fd >= 0)
    {
      args.flags |= CLONE_INTO_CGROUP;
      args.cgroup = (uint64_t)launch->cgroup_fd;
    }
  return sbx_clone_child (&args, sbx_child_enter, child);
}

/* Waits until the child has executed init or reported a failure. */
static int
read_report (int report, struct sbx_error *error)
{
  ssize_t got;

  do
    got = read (report, error, sizeof *error);
  while (got < 0 && errno == EINTR);
  if (got == 0)
    return 0;
  if (got != (ssize_t)sizeof *error)
    return fail (error, SBX_STEP_EXECUTE_INIT, got < 0 ? errno : EIO);
  return -error->err;
}

/* Gives the child its ids and lets it go on; then hears how it went. */
static int
complete (const struct sbx_launch *launch, long pid, int go, int report, struct sbx_error *error)
{
  const char byte = 1;
  int result = sbx_id_maps_write (pid, launch->host_uid, launch->host_gid, error);

  if (result < 0)
    return result;
  if (write (go, &byte, 1) != 1)
    return fail (error, SBX_STEP_EXECUTE_INIT, errno);
  return read_report (report, error);
}

/* Ends a child that is of no use. What it reported itself, before it died, says more than what we met then.
 */
static void
discard_child (int pidfd, int report, struct sbx_error *error)
{
  struct sbx_error own;

  sbx_slot_kill (pidfd, SIGKILL);
  sbx_slot_reap (pidfd);
  if (read (report, &own, sizeof own) == (ssize_t)sizeof own)
    *error = own;
}

static void
close_fd (int *fd)
{
  if (*fd >= 0)
    close (*fd);
  *fd = -1;
}

static int
launch_on (const struct sbx_launch *launch, void *stack, struct sbx_launched *out, struct sbx_error *error)
{
  int go[2] = { -1, -1 }, report[2] = { -1, -1 }, pidfd = -1, result;
  const int dumpable = prctl (PR_GET_DUMPABLE);
  long pid = -1;

  if (pipe2 (go, O_CLOEXEC) < 0 || pipe2 (report, O_CLOEXEC) < 0)
    {
      result = fail (error, SBX_STEP_CLONE, errno);
      goto out;
    }
  struct sbx_child child = { .launch = launch, .go = go[0], .report = report[1] };
  pid = clone_slot (launch, &child, stack, &pidfd);
  if (pid < 0)
    {
      result = fail (error, SBX_STEP_CLONE, (int)-pid);
      goto out;
    }
  close_fd (&report[1]);
  result = complete (launch, pid, go[1], report[0], error);
  /* A child that changed its uid has cleared the flag of the memory it shared with us (prctl(2)). */
  if (prctl (PR_GET_DUMPABLE) != dumpable)
    prctl (PR_SET_DUMPABLE, dumpable);

out:
  close_fd (&go[1]);
  close_fd (&go[0]);
  close_fd (&report[1]);
  if (result < 0 && pid > 0)
    discard_child (pidfd, report[0], error);
  close_fd (&report[0]);
  if (result < 0)
    close_fd (&pidfd);
  *out = (struct sbx_launched){ .pid = (int32_t)pid, .pidfd = pidfd };
  return result;
}

/* One at a time: a child that changes its uid does so to a flag of the memory that all of us share. */
static pthread_mutex_t launching = PTHREAD_MUTEX_INITIALIZER;

int32_t
sbx_slot_launch (const struct sbx_launch *launch, struct sbx_launched *out, struct sbx_error *error)
{
  struct sbx_groups groups;
  sigset_t all, before;
  int result;
  void *stack
      = mmap (NULL, STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);

  *error = (struct sbx_error){ .step = SBX_STEP_NONE };
  if (stack == MAP_FAILED)
    return fail (error, SBX_STEP_CLONE, errno);
  /* A signal handler of the parent must not run on the child's stack. */
  sigfillset (&all);
  pthread_sigmask (SIG_SETMASK, &all, &before);
  pthread_mutex_lock (&launching);
  result = sbx_groups_drop (&groups, error);
  if (result == 0)
    {
      result = launch_on (launch, stack, out, error);
      sbx_groups_restore (&groups);
    }
  pthread_mutex_unlock (&launching);
  pthread_sigmask (SIG_SETMASK, &before, NULL);
  munmap (stack, STACK_BYTES);
  return result;
}

int32_t
sbx_slot_reap (int32_t pidfd)
{
  siginfo_t info = { 0 };
  int result;

  do
    result = waitid (P_PIDFD, (id_t)pidfd, &info, WEXITED | __WALL);
  while (result < 0 && errno == EINTR);
  if (result < 0)
    return -errno;
  return info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
}
