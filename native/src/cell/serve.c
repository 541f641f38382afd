#include "serve.h"
#include "confine.h"
#include "denials.h"
#include "get-files.h"
#include "process.h"
#include "put-files.h"
#include "report.h"
#include "request.h"
#include "step.h"
#include <errno.h>
#include <poll.h>
#include <stdbool.h>

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

/* Handles one request. Returns 1, 0 at end of file, or -errno. */
static int
serve_request (struct step *step)
{
  struct request request;
  struct sbx_error error = { .step = SBX_STEP_READ_REQUEST };
  int result = request_receive (SOCKET_FD, &request);

  if (result == 0)
    return 0;
  if (result > 0)
    result = handle (&request, step, &error);
  else
    error.err = -result;
  request_release (&request);
  if (result < 0)
    report_failure (SOCKET_FD, &error);
  return result < 0 ? result : 1;
}

int
serve_cell (void)
{
  struct step step = { .running = false };
  struct pollfd polled[]
      = { { .fd = SOCKET_FD, .events = POLLIN }, { .fd = WATCH_FD, .events = POLLIN }, { .events = POLLIN } };
  int result = 1;

  while (result > 0)
    {
      polled[2].fd = denials_fd ();
      if (poll (polled, 3, step_patience_ms (&step)) < 0 && errno != EINTR)
        return 1;
      step_check_limits (&step);
      if (polled[2].revents != 0)
        denials_serve ();
      if (polled[1].revents != 0)
        step_reap (&step, WATCH_FD);
      if (polled[0].revents != 0)
        result = serve_request (&step);
    }
  /* Init takes its processes along when it ends; fence cannot. */
  if (step.running)
    confine_kill_all (step.main_pid);
  return result == 0 ? 0 : 1;
}
