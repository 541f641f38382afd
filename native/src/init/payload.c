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
  payload->flags = reader_u32 (body);
  payload->filter = reader_bytes (body, &payload->filter_bytes);
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

/*
 * stdio in place and nothing beside it but, until execve(2), `kept`, if it is not -1. Received descriptors
 * are above 2: 0-2 of init are always open.
 */
static void
arrange_descriptors (const struct payload *payload, int kept, struct sbx_error *error)
{
  unsigned first_closed = 3;

  for (int fd = 0; fd < 3; fd++)
    if (dup2 (payload->stdio[fd], fd) < 0)
      give_up (error, SBX_STEP_PREPARE_DESCRIPTORS, (uint32_t)fd);
  if (kept == 3 || (kept > 3 && dup3 (kept, 3, O_CLOEXEC) == 3))
    first_closed = 4;
  if (syscall (SYS_close_range, first_closed, ~0u, 0) < 0)
    give_up (error, SBX_STEP_PREPARE_DESCRIPTORS, 3);
}

static rlim_t
at_most (uint64_t wanted, rlim_t ceiling)
{
  return wanted < ceiling ? (rlim_t)wanted : ceiling;
}

/*
 * Nobody here may raise a hard limit that the worker was started with: then that stricter one holds. Of
 * descriptors the half: those in flight count by uid, and a payload that had as many as the worker may have
 * would keep it from passing any (ETOOMANYREFS in unix(7)).
 */
static rlim_t
ceiling_of (__rlimit_resource_t resource, rlim_t hard)
{
  return resource == RLIMIT_NOFILE ? hard / 2 : hard;
}

static void
set_rlimits (const struct payload *payload, struct sbx_error *error)
{
  for (uint32_t i = 0; i < payload->rlimit_count; i++)
    {
      const __rlimit_resource_t resource = (__rlimit_resource_t)payload->rlimits[i].resource;
      struct rlimit limit;

      if (getrlimit (resource, &limit) < 0)
        give_up (error, SBX_STEP_SET_RLIMIT, i);
      limit.rlim_max = at_most (payload->rlimits[i].hard, ceiling_of (resource, limit.rlim_max));
      limit.rlim_cur = at_most (payload->rlimits[i].soft, limit.rlim_max);
      if (setrlimit (resource, &limit) < 0)
        give_up (error, SBX_STEP_SET_RLIMIT, i);
    }
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
  /* Before its descriptor is closed; still with the capabilities that this takes. */
  if (start->fence >= 0 && landlock_enter (start->fence) < 0)
    give_up (error, SBX_STEP_LANDLOCK, 1);
  arrange_descriptors (payload, start->kept, error);
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

/* The fence of all steps of the cell, made for the first one. */
static int
make_fence (void)
{
  static int fence;

  if (fence == 0)
    fence = landlock_prepare ();
  return fence;
}

int
payload_execute (const struct payload *payload, struct sbx_error *error)
{
  static struct filter filter; /* of one step at a time */
  struct start start = { .payload = payload, .filter = &filter, .fence = -1, .kept = -1 };
  struct exec_once once;

  *error = (struct sbx_error){ .step = SBX_STEP_NONE };
  start.fence = make_fence ();
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
