/*
 * The cell: pid 1 of one job's namespaces. It takes the job's files, runs its steps one after another, kills
 * what they leave behind and tells how they ended. A payload cannot signal it (pid 1 ignores what it has no
 * handler for), trace it or read it (not dumpable), and dies with it.
 */
#include "cell.h"
#include "denials.h"
#include "get-files.h"
#include "payload.h"
#include "plan.h"
#include "process.h"
#include "put-files.h"
#include "report.h"
#include "request.h"
#include "slot.h"
#include "step.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <unistd.h>

#define WATCH_FD (SOCKET_FD + 1)

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

static int
refuse_request (struct sbx_error *error)
{
  *error = (struct sbx_error){ .step = SBX_STEP_READ_REQUEST, .index = 0, .err = EPROTO };
  return -EPROTO;
}

static int
handle (struct request *request, struct step *step, struct sbx_error *error)
{
  switch (request->kind)
    {
    case SBX_PUT_FILES:
      return put_files (&request->body, error);
    case SBX_RUN_STEP:
      return step_begin (step, request, error);
    case SBX_RELEASE_STEP:
      return step_release (step, request, error);
    case SBX_KILL:
      step_kill (step, SBX_KILLED_WORKER);
      return 0;
    case SBX_PROGRESS:
      step_note_progress (step);
      return 0;
    case SBX_GET_FILES:
      return step->running ? refuse_request (error) : get_files (request, error);
    default:
      return refuse_request (error);
    }
}

static void
serve_request (struct step *step)
{
  struct request request;
  struct sbx_error error = { .step = SBX_STEP_READ_REQUEST };
  int result = request_receive (SOCKET_FD, &request);

  if (result == 0)
    _exit (0);
  if (result > 0)
    result = handle (&request, step, &error);
  else
    error.err = -result;
  request_release (&request);
  if (result < 0)
    give_up (SOCKET_FD, &error);
}

_Noreturn void
cell_serve (int socket, int watch_fd, struct reader *plan)
{
  struct sbx_error error = { .step = SBX_STEP_ENTER_CELL };
  struct step step = { .running = false };
  struct pollfd polled[]
      = { { .fd = SOCKET_FD, .events = POLLIN }, { .fd = WATCH_FD, .events = POLLIN }, { .events = POLLIN } };
  const int result = enter (socket, watch_fd);

  error.err = -result;
  if (result < 0)
    give_up (socket, &error);
  if (plan_execute (plan, &error) < 0)
    give_up (SOCKET_FD, &error);
  report_send (SOCKET_FD, &(struct sbx_report){ .kind = SBX_READY });
  for (;;)
    {
      polled[2].fd = denials_fd ();
      if (poll (polled, 3, step_patience_ms (&step)) < 0 && errno != EINTR)
        _exit (1);
      step_check_limits (&step);
      if (polled[2].revents != 0)
        denials_serve ();
      if (polled[1].revents != 0)
        step_reap (&step, WATCH_FD);
      if (polled[0].revents != 0)
        serve_request (&step);
    }
}
