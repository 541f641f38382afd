/* Gaining rights. */
#include "payload.h"
#include "verbs.h"

#include <errno.h>
#include <grp.h>
#include <sys/resource.h>
#include <unistd.h>

int
verb_try_setuid (char **args)
{
  const uid_t uid = (uid_t)read_number (args[0]);

  return answer (setresuid (uid, uid, uid));
}

int
verb_try_setgroups (char **args)
{
  (void)args;
  return answer (setgroups (0, NULL));
}

int
verb_try_prlimit (char **args)
{
  const pid_t pid = (pid_t)read_number (args[0]);
  struct rlimit limit;

  if (prlimit (pid, RLIMIT_CPU, NULL, &limit) != 0)
    return answer (-1);
  return answer (prlimit (pid, RLIMIT_CPU, &limit, NULL));
}

/* What seems to succeed and changes nothing is refused as well. */
static int
raise_rlimit (__rlimit_resource_t resource, struct rlimit wanted)
{
  struct rlimit limit;

  if (setrlimit (resource, &wanted) != 0 || getrlimit (resource, &limit) != 0)
    return -1;
  errno = EPERM;
  return limit.rlim_max == wanted.rlim_max ? 0 : -1;
}

int
verb_try_raise_rlimit (char **args)
{
  int result = -1;

  (void)args;
  for (int resource = 0; result != 0 && resource < RLIM_NLIMITS; resource++)
    {
      struct rlimit limit;
      if (getrlimit ((__rlimit_resource_t)resource, &limit) != 0)
        return fail ("getrlimit");
      if (limit.rlim_max == RLIM_INFINITY)
        continue;
      limit.rlim_max += 1;
      result = raise_rlimit ((__rlimit_resource_t)resource, limit);
    }
  return answer (result);
}
