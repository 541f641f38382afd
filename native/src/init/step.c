/*
 * Runs one step: from execve(2) of its main process until no process of it is left. The main process decides
 * how the step ended; what it leaves behind, daemons too, is killed. Orphans become our children (we are pid
 * 1), so everything is reaped here and counted in RUSAGE_CHILDREN.
 */
#include "step.h"
#include "payload.h"
#include "process.h"
#include "report.h"
#include "slot.h"
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define NS_PER_MS 1000000u

static uint64_t
to_us (struct timeval time)
{
  return (uint64_t)time.tv_sec * 1000000u + (uint64_t)time.tv_usec;
}

/* A step that never began: the program could not be executed, or its limits could not be set. */
static void
report_not_begun (const struct sbx_error *error)
{
  report_send (SOCKET_FD, &(struct sbx_report){ .kind = SBX_ENDED, .error = *error });
}

int
step_begin (struct step *step, struct request *request, struct sbx_error *error)
{
  struct payload payload;
  struct rusage before;
  int result;

  if (step->running || !payload_read (&payload, request))
    {
      *error = (struct sbx_error){ .step = SBX_STEP_READ_REQUEST, .index = 0, .err = EPROTO };
      return -EPROTO;
    }
  getrusage (RUSAGE_CHILDREN, &before);
  /* Before the payload: a short one can be over when vfork(2) comes back to us. */
  const uint64_t begun_ns = process_now_ns ();
  result = payload_execute (&payload, error);
  if (result < 0)
    {
      if (error->step != SBX_STEP_EXECUTE)
        return result;
      report_not_begun (error);
      return 0;
    }
  *step = (struct step){
    .running = true,
    .main_pid = result,
    .begun_ns = begun_ns,
    .limit_ns = payload.wall_limit_ns,
    .user_us_before = to_us (before.ru_utime),
    .system_us_before = to_us (before.ru_stime),
  };
  report_send (SOCKET_FD, &(struct sbx_report){ .kind = SBX_STARTED });
  return 0;
}

int
step_patience_ms (const struct step *step)
{
  if (!step->running || step->killed != 0)
    return -1;
  const uint64_t elapsed = process_now_ns () - step->begun_ns;
  if (elapsed >= step->limit_ns)
    return 0;
  const uint64_t ms = (step->limit_ns - elapsed + NS_PER_MS - 1) / NS_PER_MS;
  return ms > INT_MAX ? INT_MAX : (int)ms;
}

void
step_check_time (struct step *step)
{
  if (step->running && step->killed == 0 && process_now_ns () - step->begun_ns >= step->limit_ns)
    step_kill (step, SBX_KILLED_WALL);
}

void
step_kill (struct step *step, uint32_t killed)
{
  if (!step->running)
    return;
  if (step->killed == 0)
    step->killed = killed;
  /* Everything but ourselves: no other process of the namespace is its pid 1 (kill(2)). */
  kill (-1, SIGKILL);
}

static void
note_end (struct step *step, pid_t pid, int status)
{
  if (pid != step->main_pid)
    return;
  step->main_ended = true;
  step->status = status;
}

/* Until nothing is left. Forks in flight may outrun one kill, so it is repeated with every reaped child. */
static void
end_all (struct step *step)
{
  pid_t pid;
  int status;

  do
    {
      kill (-1, SIGKILL);
      pid = waitpid (-1, &status, __WALL);
      if (pid > 0)
        note_end (step, pid, status);
    }
  while (pid > 0 || errno == EINTR);
}

/* A main process that ended by itself while the kill was on its way was not ended by it. */
static uint32_t
killed_by (const struct step *step)
{
  return WIFSIGNALED (step->status) && WTERMSIG (step->status) == SIGKILL ? step->killed : 0;
}

static void
report_end (const struct step *step)
{
  struct rusage usage;

  getrusage (RUSAGE_CHILDREN, &usage);
  report_send (SOCKET_FD, &(struct sbx_report){
                              .kind = SBX_ENDED,
                              .status = step->status,
                              .killed = killed_by (step),
                              .wall_ns = process_now_ns () - step->begun_ns,
                              .user_us = to_us (usage.ru_utime) - step->user_us_before,
                              .system_us = to_us (usage.ru_stime) - step->system_us_before,
                              .max_rss_bytes = (uint64_t)usage.ru_maxrss * 1024,
                          });
}

void
step_reap (struct step *step, int watch_fd)
{
  pid_t pid;
  int status;

  process_clear_watch (watch_fd);
  while ((pid = waitpid (-1, &status, WNOHANG | __WALL)) > 0)
    note_end (step, pid, status);
  if (!step->running || !step->main_ended)
    return;
  end_all (step);
  step->running = false;
  report_end (step);
}
