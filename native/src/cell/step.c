/*
 * Runs one step: from execve(2) of its main process until no process of it is left. The main process decides
 * how the step ended; what it leaves behind, daemons too, is killed. Orphans become our children (we are pid
 * 1), so everything is reaped here and counted in RUSAGE_CHILDREN.
 */
#include "step.h"
#include "confine.h"
#include "denials.h"
#include "payload.h"
#include "process.h"
#include "report.h"
#include "scratch.h"
#include "serve.h"
#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

/* A step that never began: the program could not be executed, or its limits could not be set. */
static void
report_not_begun (const struct sbx_error *error)
{
  denials_report ();
  report_send (SOCKET_FD, &(struct sbx_report){ .kind = SBX_ENDED, .error = *error });
}

static void
report_started (const struct step *step)
{
  report_send (SOCKET_FD, &(struct sbx_report){ .kind = SBX_STARTED,
                                                .wall_ns = process_now_ns () - step->meter.begun_ns });
}

int
step_begin (struct step *step, struct request *request, struct sbx_error *error)
{
  struct payload payload;
  struct meter meter;
  int result;

  if (step->running || !payload_read (&payload, request))
    {
      *error = (struct sbx_error){ .step = SBX_STEP_READ_REQUEST, .index = 0, .err = EPROTO };
      return -EPROTO;
    }
  /* Before the payload: a short one can be over when vfork(2) comes back to us. */
  meter_begin (&meter, &payload.limits, payload.cpu_stat, 0);
  result = payload_execute (&payload, error);
  if (result < 0)
    {
      meter_end (&meter);
      if (error->step != SBX_STEP_EXECUTE)
        return result;
      report_not_begun (error);
      return 0;
    }
  meter.main = result;
  *step = (struct step){
    .running = true, .held = (payload.flags & SBX_RUN_HELD) != 0, .main_pid = result, .meter = meter
  };
  if (!step->held)
    report_started (step);
  return 0;
}

static int
fail (struct sbx_error *error, enum sbx_step_name step, uint32_t index, int result)
{
  *error = (struct sbx_error){ .step = step, .index = (int32_t)index, .err = -result };
  return result;
}

int
step_release (struct step *step, struct request *request, struct sbx_error *error)
{
  struct step_limits limits;
  struct rlimits rlimits;
  uint32_t failed = 0;

  step_limits_read (&limits, &request->body);
  rlimits_read (&rlimits, &request->body);
  const uint64_t size = reader_u64 (&request->body), inodes = reader_u64 (&request->body);
  if (request->body.broken || (step->running && !step->held))
    return fail (error, SBX_STEP_READ_REQUEST, 0, -EPROTO);
  if (!step->running)
    return 0;
  int result = scratch_resize (size, inodes);
  if (result < 0)
    return fail (error, SBX_STEP_RESIZE_SCRATCH, 0, result);
  result = rlimits_lower (&rlimits, step->main_pid, &failed);
  /* It has ended, and nobody has come to reap it yet. */
  if (result == -ESRCH)
    return 0;
  if (result < 0)
    return fail (error, SBX_STEP_SET_RLIMIT, failed, result);
  meter_end (&step->meter);
  meter_begin (&step->meter, &limits, request_take_fd (request, 0), step->main_pid);
  step->held = false;
  report_started (step);
  return 0;
}

int
step_patience_ms (const struct step *step)
{
  return step->running && !step->held && step->killed == 0 ? meter_patience_ms (&step->meter) : -1;
}

void
step_check_limits (struct step *step)
{
  if (!step->running || step->held || step->killed != 0)
    return;
  const uint32_t reason = meter_check (&step->meter);
  if (reason != 0)
    step_kill (step, reason);
}

void
step_note_progress (struct step *step)
{
  if (step->running)
    meter_note_progress (&step->meter);
}

/* What is killed may still be kept from dying: by its share of the CPU, by a disk. The worker can help. */
static void
report_ending (const struct step *step)
{
  report_send (SOCKET_FD, &(struct sbx_report){ .kind = SBX_ENDING,
                                                .status = step->status,
                                                .killed = step->killed,
                                                .wall_ns = process_now_ns () - step->meter.begun_ns,
                                                .user_us = step->meter.cpu_ns / 1000 });
}

void
step_kill (struct step *step, uint32_t killed)
{
  if (!step->running)
    return;
  const bool is_first = step->killed == 0;
  if (is_first)
    step->killed = killed;
  confine_kill_all (step->main_pid);
  if (is_first)
    report_ending (step);
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
  int options = WNOHANG;
  pid_t pid;
  int status;

  do
    {
      confine_kill_all (step->main_pid);
      pid = waitpid (-1, &status, options | __WALL);
      if (pid > 0)
        note_end (step, pid, status);
      else if (pid == 0)
        {
          /* They do not die at once. */
          options = 0;
          if (step->killed == 0)
            report_ending (step);
        }
    }
  while (pid >= 0 || errno == EINTR);
}

static void
report_end (struct step *step)
{
  const uint64_t wall_ns = process_now_ns () - step->meter.begun_ns;
  const struct cpu_time used = meter_end (&step->meter);
  const struct meter *meter = &step->meter;

  denials_report ();
  report_send (SOCKET_FD, &(struct sbx_report){
                              .kind = SBX_ENDED,
                              .status = step->status,
                              .killed = step->killed != 0 ? step->killed : meter_verdict (meter),
                              .tasks_peak = meter->tasks_peak,
                              .wall_ns = wall_ns,
                              .user_us = used.user_us,
                              .system_us = used.system_us,
                              .memory_peak_bytes = meter_memory_peak (meter),
                              .disk_used_bytes = disk_use ().used_bytes,
                              .disk_full = meter->disk_was_filled,
                          });
}

void
step_reap (struct step *step, int watch_fd)
{
  pid_t pid;
  int status;

  process_clear_watch (watch_fd);
  while (!step->main_ended && (pid = waitpid (-1, &status, WNOHANG | __WALL)) > 0)
    {
      note_end (step, pid, status);
      /* Children may come as fast as they are reaped (CLONE_PARENT): the clocks go on meanwhile. */
      if (!step->main_ended)
        step_check_limits (step);
    }
  if (!step->running || !step->main_ended)
    return;
  end_all (step);
  step->running = false;
  report_end (step);
}
