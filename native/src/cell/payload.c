/*
 * The payload between clone and exec. vfork(2): it borrows our memory while we wait, so a failure is simply
 * written where we can read it. It may change nothing else of ours.
 */
#include "payload.h"
#include "confine.h"
#include "filter.h"
#include "handover.h"
#include "landlock.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/close_range.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Room for the vectors of one step; a cell runs one at a time. */
static const char *candidates[PAYLOAD_MAX_CANDIDATES];
static const char *strings[PAYLOAD_MAX_STRINGS];

void
step_limits_read (struct step_limits *limits, struct reader *body)
{
  limits->wall_ns = reader_u64 (body);
  limits->cpu_ns = reader_u64 (body);
  limits->idle_ns = reader_u64 (body);
  limits->memory_bytes = reader_u64 (body);
}

bool
payload_read (struct payload *payload, struct request *request)
{
  struct reader *body = &request->body;

  step_limits_read (&payload->limits, body);
  rlimits_read (&payload->rlimits, body);
  payload->candidates = candidates;
  reader_strings (body, candidates, PAYLOAD_MAX_CANDIDATES);
  payload->argv = strings;
  const uint32_t argc = reader_strings (body, strings, PAYLOAD_MAX_STRINGS);
  payload->environment = strings + argc + 1;
  reader_strings (body, strings + argc + 1, PAYLOAD_MAX_STRINGS - argc - 1);
  payload->directory = reader_string (body);
  payload->flags = reader_u32 (body);
  payload->filter = reader_bytes (body, &payload->filter_bytes);
  payload->fd_count = payload->flags & SBX_RUN_HELD ? PAYLOAD_MAX_FDS : 3;
  if (body->broken || argc == 0 || candidates[0] == NULL || request->fd_count < payload->fd_count
      || request->fd_count > payload->fd_count + 1)
    return false;
  for (uint32_t i = 0; i < payload->fd_count; i++)
    payload->fds[i] = request->fds[i];
  payload->cpu_stat = request_take_fd (request, payload->fd_count);
  return true;
}

static _Noreturn void
give_up (struct sbx_error *error, enum sbx_step_name step, uint32_t index)
{
  *error = (struct sbx_error){ .step = step, .index = (int32_t)index, .err = errno };
  _exit (127);
}

/*
 * Its descriptors in place and nothing beside them but, until execve(2), `kept`, if it is not -1. Received
 * ones are above where they go: 0-2 of init are always open, and so are its sockets.
 */
static void
arrange_descriptors (const struct payload *payload, int kept, struct sbx_error *error)
{
  const int count = (int)payload->fd_count;
  int first_closed = count;

  for (int fd = 0; fd < count; fd++)
    if (dup2 (payload->fds[fd], fd) < 0)
      give_up (error, SBX_STEP_PREPARE_DESCRIPTORS, (uint32_t)fd);
  if (kept == count || (kept > count && dup3 (kept, count, O_CLOEXEC) == count))
    first_closed++;
  if (syscall (SYS_close_range, first_closed, ~0u, 0) < 0)
    give_up (error, SBX_STEP_PREPARE_DESCRIPTORS, payload->fd_count);
}

static void
set_rlimits (const struct payload *payload, struct sbx_error *error)
{
  uint32_t failed;
  const int result = rlimits_set (&payload->rlimits, &failed);

  if (result == 0)
    return;
  errno = -result;
  give_up (error, SBX_STEP_SET_RLIMIT, failed);
}

/* Everything that a payload starts with. */
struct start
{
  const struct payload *payload;
  struct filter *filter;
  const struct exec_once *once; /* NULL: it may execute other programs too */
  struct handover *handover;    /* NULL: nobody asks what its filter refuses */
  int fence;                    /* landlock.h, or -1 where the kernel has none */
  int kept;                     /* a descriptor that stays open until execve(2), or -1 */
};

static void
execute_candidate (const struct start *start, const char *path)
{
  const struct payload *const payload = start->payload;
  const struct exec_once *const once = start->once;

  if (once == NULL)
    {
      execve (path, (char *const *)payload->argv, (char *const *)payload->environment);
      return;
    }
  if (strlen (path) >= PATH_MAX)
    {
      errno = ENAMETOOLONG;
      return;
    }
  strcpy (once->path, path);
  execve (once->path, once->argv, once->environment);
}

/* As execvp(3) does: a file that may not be executed is remembered, and worse news ends the search. */
static _Noreturn void
execute (const struct start *start, struct sbx_error *error)
{
  const struct payload *const payload = start->payload;
  uint32_t denied = PAYLOAD_MAX_CANDIDATES, index = 0;

  for (; payload->candidates[index] != NULL; index++)
    {
      execute_candidate (start, payload->candidates[index]);
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
become_payload (const struct start *start, struct sbx_error *error)
{
  const struct payload *const payload = start->payload;
  struct handover *const handover = start->handover;
  sigset_t none;

  /* A session without a terminal. */
  if (setsid () < 0)
    give_up (error, SBX_STEP_START_SESSION, 0);
  if (confine_set_no_new_privs () < 0)
    give_up (error, SBX_STEP_SET_NO_NEW_PRIVS, 0);
  /* Before its descriptor is closed. Without a capability it takes no_new_privs. */
  if (start->fence >= 0 && landlock_enter (start->fence) < 0)
    give_up (error, SBX_STEP_LANDLOCK, 1);
  arrange_descriptors (payload, start->kept, error);
  umask (022);
  if (chdir (payload->directory) < 0)
    give_up (error, SBX_STEP_CHANGE_DIRECTORY, 0);
  if (confine_drop_privileges () < 0)
    give_up (error, SBX_STEP_DROP_CAPABILITIES, 0);
  /* Late, because a limit of the payload must not hit us on the way. */
  set_rlimits (payload, error);
  sigemptyset (&none);
  sigprocmask (SIG_SETMASK, &none, NULL);
  /* Last: what comes after it runs under it. */
  const int result
      = handover == NULL ? filter_install (start->filter) : handover_install (handover, start->filter);
  if (result < 0)
    {
      errno = -result;
      give_up (error, SBX_STEP_FILTER_SYSTEM_CALLS, 0);
    }
  execute (start, error);
}

/* The child's error is in our memory, or was copied there, before it gave up; it is reaped with the others.
 */
static int
result_of (pid_t pid, const struct sbx_error *error)
{
  return error->step == SBX_STEP_NONE ? pid : -error->err;
}

static int
fail (struct sbx_error *error, enum sbx_step_name step, int err)
{
  *error = (struct sbx_error){ .step = step, .index = 0, .err = err };
  return -err;
}

static int
start_quickly (const struct start *start, struct sbx_error *error)
{
  const pid_t pid = vfork ();

  if (pid == 0)
    become_payload (start, error);
  return pid < 0 ? fail (error, SBX_STEP_CLONE_PAYLOAD, errno) : result_of (pid, error);
}

static int
start_explained (struct start *start, struct sbx_error *error)
{
  start->handover = handover_create ();
  if (start->handover == NULL)
    return fail (error, SBX_STEP_CLONE_PAYLOAD, errno);
  /* Noted here: the parent closes its copy while the child begins. */
  start->kept = start->handover->alive[1];
  const pid_t pid = fork ();
  if (pid == 0)
    become_payload (start, &start->handover->error);
  int result = pid < 0 ? fail (error, SBX_STEP_CLONE_PAYLOAD, errno) : 0;
  if (result == 0)
    {
      const int attended = handover_attend (start->handover, pid, start->filter);

      *error = start->handover->error;
      result = attended < 0 ? fail (error, SBX_STEP_EXPLAIN, -attended) : result_of (pid, error);
    }
  handover_release (start->handover);
  return result;
}

int
payload_execute (const struct payload *payload, struct sbx_error *error)
{
  static struct filter filter; /* of one step at a time */
  struct start start = { .payload = payload, .filter = &filter, .fence = -1, .kept = -1 };
  struct exec_once once;

  *error = (struct sbx_error){ .step = SBX_STEP_NONE };
  start.fence = confine_prepare_fence ();
  if (start.fence < 0 && start.fence != -ENOSYS && start.fence != -EOPNOTSUPP)
    return fail (error, SBX_STEP_LANDLOCK, -start.fence);
  if (payload->flags & SBX_RUN_EXEC_ONCE)
    {
      const int result = exec_once_place (&once, payload->argv, payload->environment);
      if (result < 0)
        return fail (error, SBX_STEP_CLONE_PAYLOAD, -result);
      start.once = &once;
    }
  int result = fail (error, SBX_STEP_FILTER_SYSTEM_CALLS, E2BIG);
  if (filter_build (&filter, payload->filter, payload->filter_bytes, start.once))
    {
      *error = (struct sbx_error){ .step = SBX_STEP_NONE };
      result = payload->flags & SBX_RUN_EXPLAIN ? start_explained (&start, error)
                                                : start_quickly (&start, error);
    }
  if (start.once != NULL)
    exec_once_release (&once);
  return result;
}
