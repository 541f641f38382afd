/*
 * The slot: holds the namespaces that remember nothing of a payload (user, uts and an outer pid namespace),
 * and clones each cell into fresh ones. The network namespace is dear to make too, but remembers: it is
 * renewed between cells if it was used. When the worker closes the control socket, or dies, this process ends
 * and the kernel kills everything in its pid namespace (pid_namespaces(7)).
 */
#include "slot.h"
#include "../cell/process.h"
#include "../cell/report.h"
#include "../cell/request.h"
#include "../cell/serve.h"
#include "bounding-set.h"
#include "cell.h"
#include "network.h"
#include "plan.h"
#include <errno.h>
#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Cells that may exist at once in one slot: the one in use and those still being torn down. */
#define MAX_CELLS 16

static struct
{
  pid_t pid; /* 0: free */
  uint32_t id;
} cells[MAX_CELLS];

static int
fail (struct sbx_error *error, enum sbx_step_name step, int err)
{
  *error = (struct sbx_error){ .step = step, .index = 0, .err = err };
  return -err;
}

/* fork(2) into fresh namespaces, born inside the job's cgroup. Returns as fork does, or -errno. */
static pid_t
clone_cell (int cgroup_fd)
{
  struct clone_args args = {
    .flags = CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC,
    .exit_signal = SIGCHLD,
  };

  if (cgroup_fd >= 0)
    {
      args.flags |= CLONE_INTO_CGROUP;
      args.cgroup = (uint64_t)cgroup_fd;
    }
  const long pid = syscall (SYS_clone3, &args, sizeof args);
  return pid < 0 ? (pid_t)-errno : (pid_t)pid;
}

static int
find_cell (pid_t pid)
{
  for (int i = 0; i < MAX_CELLS; i++)
    if (cells[i].pid == pid)
      return i;
  return -1;
}

static int
open_cell (struct request *request, int watch_fd, struct sbx_error *error)
{
  const uint32_t id = reader_u32 (&request->body);
  const int socket = request_take_fd (request, 0);
  const int cgroup = request_take_fd (request, 1);
  const int place = find_cell (0);
  int result = 0;

  if (request->body.broken || socket < 0)
    result = fail (error, SBX_STEP_READ_REQUEST, EPROTO);
  else if (place < 0)
    result = fail (error, SBX_STEP_CLONE_CELL, EAGAIN);
  else
    {
      const pid_t pid = clone_cell (cgroup);

      if (pid == 0)
        cell_serve (socket, watch_fd, &request->body);
      if (pid < 0)
        result = fail (error, SBX_STEP_CLONE_CELL, -pid);
      else
        {
          cells[place].pid = pid;
          cells[place].id = id;
        }
    }
  if (socket >= 0)
    close (socket);
  if (cgroup >= 0)
    close (cgroup);
  return result;
}

static int
handle (struct request *request, int watch_fd, struct sbx_error *error)
{
  int result;

  switch (request->kind)
    {
    case SBX_BUILD:
      result = plan_execute (&request->body, error);
      if (result == 0)
        report_send (SOCKET_FD, &(struct sbx_report){ .kind = SBX_READY, .error = *error });
      return result;
    case SBX_OPEN_CELL:
      return open_cell (request, watch_fd, error);
    default:
      return fail (error, SBX_STEP_READ_REQUEST, EPROTO);
    }
}

/* Reports cells that ended. Returns how many. */
static int
reap_cells (int watch_fd)
{
  pid_t pid;
  int status, reaped = 0;

  process_clear_watch (watch_fd);
  while ((pid = waitpid (-1, &status, WNOHANG)) > 0)
    {
      const int place = find_cell (pid);

      if (place < 0)
        continue;
      cells[place].pid = 0;
      reaped++;
      report_send (SOCKET_FD,
                   &(struct sbx_report){ .kind = SBX_CELL_GONE, .cell = cells[place].id, .status = status });
    }
  return reaped;
}

/* Handles one request. Returns false when the slot is to end. */
static bool
serve_request (int watch_fd)
{
  struct request request;
  struct sbx_error error = { .step = SBX_STEP_NONE };
  int result = request_receive (SOCKET_FD, &request);

  if (result == 0)
    return false;
  if (result < 0)
    fail (&error, SBX_STEP_READ_REQUEST, -result);
  else
    result = handle (&request, watch_fd, &error);
  request_release (&request);
  if (result < 0)
    report_failure (SOCKET_FD, &error);
  return result >= 0;
}

/* The next cell starts with a network namespace that tells nothing of a payload. */
static bool
renew_network (void)
{
  const int result = network_renew_if_used ();

  if (result < 0)
    report_failure (SOCKET_FD, &(struct sbx_error){ .step = SBX_STEP_RENEW_NETWORK, .err = -result });
  return result == 0;
}

int
slot_serve (void)
{
  const int watch_fd = process_watch_children ();
  struct pollfd polled[] = { { .fd = SOCKET_FD, .events = POLLIN }, { .fd = watch_fd, .events = POLLIN } };

  /* Modes are what plans say. */
  umask (0);
  /*
   * Payloads have our uid: without this they could read our memory and trace us (ptrace(2)). The bounding set
   * is dropped here for all of them: nothing is executed in a slot but payloads.
   */
  if (watch_fd < 0 || prctl (PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 || bounding_set_drop () < 0)
    {
      report_failure (SOCKET_FD, &(struct sbx_error){ .step = SBX_STEP_PREPARE_INIT, .err = errno });
      return 1;
    }
  for (;;)
    {
      if (poll (polled, 2, -1) < 0 && errno != EINTR)
        return 1;
      /* After the report: the worker need not wait for what the next job needs. */
      if (polled[1].revents != 0 && reap_cells (watch_fd) > 0 && !renew_network ())
        return 1;
      if (polled[0].revents != 0 && !serve_request (watch_fd))
        return 0;
    }
}
