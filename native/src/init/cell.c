/*
 * The cell: pid 1 of one job's namespaces. A payload cannot signal it (pid 1 ignores what it has no handler
 * for), trace it or read it (not dumpable), and dies with it.
 */
#include "cell.h"
#include "../cell/report.h"
#include "../cell/serve.h"
#include "plan.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

static _Noreturn void
give_up (int socket, const struct sbx_error *error)
{
  report_failure (socket, error);
  _exit (1);
}

/* The cell's socket takes the place of the slot's control socket; of the rest only the watch is kept. */
static int
enter (int socket, int watch_fd)
{
  /* Only now, in the job's cgroup, does a new cgroup namespace have that cgroup as its root
   * (cgroup_namespaces(7)). */
  if (unshare (CLONE_NEWCGROUP) < 0)
    return -errno;
  if (dup3 (socket, SOCKET_FD, O_CLOEXEC) < 0)
    return -errno;
  /* dup3(2) refuses to copy a descriptor onto itself. */
  if (watch_fd != WATCH_FD && dup3 (watch_fd, WATCH_FD, O_CLOEXEC) < 0)
    return -errno;
  return syscall (SYS_close_range, WATCH_FD + 1, ~0u, 0) < 0 ? -errno : 0;
}

_Noreturn void
cell_serve (int socket, int watch_fd, struct reader *plan)
{
  struct sbx_error error = { .step = SBX_STEP_ENTER_CELL };
  const int result = enter (socket, watch_fd);

  error.err = -result;
  if (result < 0)
    give_up (socket, &error);
  if (plan_execute (plan, &error) < 0)
    give_up (SOCKET_FD, &error);
  report_send (SOCKET_FD, &(struct sbx_report){ .kind = SBX_READY });
  _exit (serve_cell ());
}
