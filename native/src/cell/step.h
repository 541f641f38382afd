#ifndef SANDLOT_STEP_H
#define SANDLOT_STEP_H

#include "../../include/protocol.h"
#include "meter.h"
#include "request.h"
#include <stdbool.h>
#include <sys/types.h>

/* A step of the job: its main process, why it was killed if it was, what it uses. */
struct step
{
  bool running;
  bool held; /* its program waits to be released: no clock goes */
  bool main_ended;
  pid_t main_pid;
  int status;
  uint32_t killed;
  struct meter meter;
};

/* Executes the payload. A program that cannot be executed ends the step; only failures of ours return -errno.
 */
int step_begin (struct step *step, struct request *request, struct sbx_error *error);

/* Lets a held step go, with these limits from now on. Only failures of ours return -errno. */
int step_release (struct step *step, struct request *request, struct sbx_error *error);

/* How long poll(2) may wait: until the step is to be looked at, or for ever (-1). In ms, rounded up. */
int step_patience_ms (const struct step *step);

/* Kills the step if one of the limits that init keeps is over. */
void step_check_limits (struct step *step);

/* Output of the step has reached the worker. */
void step_note_progress (struct step *step);

/* Kills every process of the step. `killed` says why (SBX_KILLED_*); the first reason stays. */
void step_kill (struct step *step, uint32_t killed);

/* Takes in what ended; once the main process has, kills the rest and reports the end of the step. */
void step_reap (struct step *step, int watch_fd);

#endif
