/*
 * The payload between clone and exec. vfork(2): it borrows our memory while we wait, so a failure is simply
 * written where we can read it. It may change nothing else of ours.
 */
#include "payload.h"
#include "confine.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Room for the vectors of one step; a cell runs one at a time. */
static const char *candidates[PAYLOAD_MAX_CANDIDATES];
static const char *strings[PAYLOAD_MAX_STRINGS];

static void
read_rlimits (struct payload *payload, struct reader *body)
{
  const uint32_t count = reader_u32 (body);

  if (count > PAYLOAD_MAX_RLIMITS)
    body->broken = true;
  for (uint32_t i = 0; i < count && !body->broken; i++)
    {
      payload->rlimits[i].resource = reader_u32 (body);
      payload->rlimits[i].soft = reader_u64 (body);
      payload->rlimits[i].hard = reader_u64 (body);
    }
  payload->rlimit_count = body->broken ? 0 : count;
}

bool
payload_read (struct payload *payload, struct request *request)
{
  struct reader *body = &request->body;

  payload->limits.wall_ns = reader_u64 (body);
  payload->limits.cpu_ns = reader_u64 (body);
  payload->limits.idle_ns = reader_u64 (body);
  payload->limits.memory_bytes = reader_u64 (body);
  read_rlimits (payload, body);
  payload->candidates = candidates;
  reader_strings (body, candidates, PAYLOAD_MAX_CANDIDATES);
  payload->argv = strings;
  const uint32_t argc = reader_strings (body, strings, PAYLOAD_MAX_STRINGS);
  payload->environment = strings + argc + 1;
  reader_strings (body, strings + argc + 1, PAYLOAD_MAX_STRINGS - argc - 1);
  payload->directory = reader_string (body);
  if (body->broken || argc == 0 || candidates[0] == NULL || request->fd_count < 3 || request->fd_count > 4)
    return false;
  for (uint32_t i = 0; i < 3; i++)
    payload->stdio[i] = request->fds[i];
  payload->cpu_stat = request_take_fd (request, 3);
  return true;
}

static _Noreturn void
give_up (struct sbx_error *error, enum sbx_step_name step, uint32_t index)
{
  *error = (struct sbx_error){ .step = step, .index = (int32_t)index, .err = errno };
  _exit (127);
}

/* stdio in place and nothing beside it. Received descriptors are above 2: 0-2 of init are always open. */
static void
arrange_descriptors (const struct payload *payload, struct sbx_error *error)
{
  for (int fd = 0; fd < 3; fd++)
    if (dup2 (payload->stdio[fd], fd) < 0)
      give_up (error, SBX_STEP_PREPARE_DESCRIPTORS, (uint32_t)fd);
  if (syscall (SYS_close_range, 3, ~0u, 0) < 0)
    give_up (error, SBX_STEP_PREPARE_DESCRIPTORS, 3);
}

static rlim_t
at_most (uint64_t wanted, rlim_t ceiling)
{
  return wanted < ceiling ? (rlim_t)wanted : ceiling;
}

/* Nobody here may raise a hard limit that the worker was started with: then that stricter one holds. */
static void
set_rlimits (const struct payload *payload, struct sbx_error *error)
{
  for (uint32_t i = 0; i < payload->rlimit_count; i++)
    {
      const __rlimit_resource_t resource = (__rlimit_resource_t)payload->rlimits[i].resource;
      struct rlimit limit;

      if (getrlimit (resource, &limit) < 0)
        give_up (error, SBX_STEP_SET_RLIMIT, i);
      limit.rlim_max = at_most (payload->rlimits[i].hard, limit.rlim_max);
      limit.rlim_cur = at_most (payload->rlimits[i].soft, limit.rlim_max);
      if (setrlimit (resource, &limit) < 0)
        give_up (error, SBX_STEP_SET_RLIMIT, i);
    }
}

/* As execvp(3) does: a file that may not be executed is remembered, and worse news ends the search. */
static _Noreturn void
execute (const struct payload *payload, struct sbx_error *error)
{
  uint32_t denied = PAYLOAD_MAX_CANDIDATES, index = 0;

  for (; payload->candidates[index] != NULL; index++)
    {
      execve (payload->candidates[index], (char *const *)payload->argv, (char *const *)payload->environment);
      if (errno == EACCES && denied == PAYLOAD_MAX_CANDIDATES)
        denied = index;
      else if (errno != EACCES && errno != ENOENT && errno != ENOTDIR)
        give_up (error, SBX_STEP_EXECUTE, index);
    }
  if (denied != PAYLOAD_MAX_CANDIDATES)
    {
      errno = EACCES;
      give_up (error, SBX_STEP_EXECUTE, denied);
    }
  give_up (error, SBX_STEP_EXECUTE, index - 1);
}

static _Noreturn void
become_payload (const struct payload *payload, struct sbx_error *error)
{
  sigset_t none;

  /* A session without a terminal. */
  if (setsid () < 0)
    give_up (error, SBX_STEP_START_SESSION, 0);
  arrange_descriptors (payload, error);
  umask (022);
  if (chdir (payload->directory) < 0)
    give_up (error, SBX_STEP_CHANGE_DIRECTORY, 0);
  if (confine_drop_capabilities () < 0)
    give_up (error, SBX_STEP_DROP_CAPABILITIES, 0);
  if (confine_set_no_new_privs () < 0)
    give_up (error, SBX_STEP_SET_NO_NEW_PRIVS, 0);
  /* Late, because a limit of the payload must not hit us on the way. */
  set_rlimits (payload, error);
  sigemptyset (&none);
  sigprocmask (SIG_SETMASK, &none, NULL);
  /* Last: what comes after it runs under it. */
  if (confine_filter_system_calls () < 0)
    give_up (error, SBX_STEP_FILTER_SYSTEM_CALLS, 0);
  execute (payload, error);
}

int
payload_execute (const struct payload *payload, struct sbx_error *error)
{
  *error = (struct sbx_error){ .step = SBX_STEP_NONE };
  const pid_t pid = vfork ();
  if (pid == 0)
    become_payload (payload, error);
  if (pid < 0)
    {
      *error = (struct sbx_error){ .step = SBX_STEP_CLONE_PAYLOAD, .index = 0, .err = errno };
      return -error->err;
    }
  /* Set by the child, in our memory, before it gave up; it is reaped with the others. */
  return error->step == SBX_STEP_NONE ? pid : -error->err;
}
