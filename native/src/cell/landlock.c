#include "landlock.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SCOPE_ABSTRACT_UNIX_SOCKET (1ull << 0) /* 6 */
#define SCOPE_SIGNAL (1ull << 1)

#define VERSION_REFER 2
#define VERSION_TRUNCATE 3
#define VERSION_IOCTL_DEV 5
#define VERSION_SCOPE 6

#define MAKE_DEVICE (LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_BLOCK)

/* struct landlock_ruleset_attr of version 6. */
struct rules
{
  uint64_t files;
  uint64_t network;
  uint64_t scopes;
};

/* All of them that this version can hold; what it cannot hold it allows. */
static uint64_t
known_accesses (int version)
{
  uint64_t accesses = LANDLOCK_READ | LANDLOCK_USE | LANDLOCK_CHANGE | MAKE_DEVICE;

  if (version < VERSION_REFER)
    accesses &= ~LANDLOCK_ACCESS_FS_REFER;
  if (version < VERSION_TRUNCATE)
    accesses &= ~LANDLOCK_TRUNCATE;
  if (version < VERSION_IOCTL_DEV)
    accesses &= ~LANDLOCK_IOCTL_DEV;
  return accesses;
}

static int
add_place (int rules, const char *path, uint64_t access)
{
  struct landlock_path_beneath_attr beneath
      = { .allowed_access = access, .parent_fd = open (path, O_PATH | O_CLOEXEC) };

  if (beneath.parent_fd < 0)
    return -errno;
  const long result = syscall (SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
  const int err = errno;
  close (beneath.parent_fd);
  return result < 0 ? -err : 0;
}

int
landlock_version (void)
{
  const long version = syscall (SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

  return version < 0 ? -errno : (int)version;
}

int
landlock_prepare (const struct landlock_place *places, size_t count)
{
  const int version = landlock_version ();

  if (version < 0)
    return version;
  const struct rules asked
      = { .files = known_accesses (version), .scopes = SCOPE_ABSTRACT_UNIX_SOCKET | SCOPE_SIGNAL };
  /* An older kernel takes the beginning of it. */
  const size_t size = version < VERSION_SCOPE ? sizeof asked.files : sizeof asked;
  const int rules = (int)syscall (SYS_landlock_create_ruleset, &asked, size, 0);

  if (rules < 0)
    return -errno;
  for (size_t i = 0; i < count; i++)
    {
      const int result = add_place (rules, places[i].path, places[i].access & asked.files);
      if (result == 0)
        continue;
      close (rules);
      return result;
    }
  return rules;
}

int
landlock_enter (int rules)
{
  return syscall (SYS_landlock_restrict_self, rules, 0) < 0 ? -errno : 0;
}
