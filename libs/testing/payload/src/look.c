/* What a process can see of itself and of others. */
#include "payload.h"
#include "verbs.h"

#include <dirent.h>
#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* Prints `NAME TARGET` for each link of a directory, but for the descriptor that reads it. */
static int
print_links (const char *path)
{
  DIR *directory = opendir (path);
  const struct dirent *entry;
  char own[sizeof "-2147483648"];

  if (directory == NULL)
    return fail (path);
  snprintf (own, sizeof own, "%d", dirfd (directory));
  while ((entry = readdir (directory)) != NULL)
    {
      char target[PATH_MAX];
      if (entry->d_name[0] == '.' || strcmp (entry->d_name, own) == 0)
        continue;
      const ssize_t length = readlinkat (dirfd (directory), entry->d_name, target, sizeof target);
      if (length < 0)
        printf ("%s refused %s\n", entry->d_name, errno_name (errno));
      else
        printf ("%s %.*s\n", entry->d_name, (int)length, target);
    }
  closedir (directory);
  return EXIT_OK;
}

/* Prints the lines of a file that begin with one of `prefixes`, or all of them if that is NULL. */
static int
print_lines (const char *path, const char *const *prefixes)
{
  FILE *file = fopen (path, "re");
  char *line = NULL;
  size_t size = 0;

  if (file == NULL)
    return fail (path);
  while (getline (&line, &size, file) > 0)
    {
      const char *const *prefix = prefixes;
      while (prefix != NULL && *prefix != NULL && strncmp (line, *prefix, strlen (*prefix)) != 0)
        prefix++;
      if (prefix == NULL || *prefix != NULL)
        fputs (line, stdout);
    }
  free (line);
  fclose (file);
  return EXIT_OK;
}

int
verb_list_fds (char **args)
{
  (void)args;
  return print_links ("/proc/self/fd");
}

int
verb_namespaces (char **args)
{
  (void)args;
  return print_links ("/proc/self/ns");
}

int
verb_ids (char **args)
{
  static const char *const wanted[] = { "Cap", "NoNewPrivs", "Seccomp:", NULL };
  gid_t groups[NGROUPS_MAX];
  uid_t uid[3];
  gid_t gid[3];

  (void)args;
  const int count = getgroups (NGROUPS_MAX, groups);
  if (getresuid (&uid[0], &uid[1], &uid[2]) != 0 || getresgid (&gid[0], &gid[1], &gid[2]) != 0 || count < 0)
    return fail ("getresuid, getresgid, getgroups");
  printf ("uid %u %u %u\n", uid[0], uid[1], uid[2]);
  printf ("gid %u %u %u\n", gid[0], gid[1], gid[2]);
  printf ("groups");
  for (int index = 0; index < count; index++)
    printf (" %u", groups[index]);
  putchar ('\n');
  return print_lines ("/proc/self/status", wanted);
}

int
verb_mounts (char **args)
{
  (void)args;
  return print_lines ("/proc/self/mountinfo", NULL);
}

int
verb_processes (char **args)
{
  DIR *proc = opendir ("/proc");
  const struct dirent *entry;

  (void)args;
  if (proc == NULL)
    return fail ("/proc");
  while ((entry = readdir (proc)) != NULL)
    {
      char path[sizeof entry->d_name + sizeof "/proc//comm"];
      if (atoi (entry->d_name) == 0)
        continue;
      snprintf (path, sizeof path, "/proc/%s/comm", entry->d_name);
      printf ("%s ", entry->d_name);
      if (print_lines (path, NULL) != EXIT_OK)
        putchar ('\n');
    }
  closedir (proc);
  return EXIT_OK;
}

int
verb_environ (char **args)
{
  (void)args;
  for (char **entry = environ; *entry != NULL; entry++)
    puts (*entry);
  return EXIT_OK;
}

int
verb_interfaces (char **args)
{
  const int fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  struct if_nameindex *names = if_nameindex ();

  (void)args;
  if (fd < 0 || names == NULL)
    return fail ("if_nameindex");
  for (const struct if_nameindex *name = names; name->if_name != NULL; name++)
    {
      struct ifreq request = { 0 };
      snprintf (request.ifr_name, sizeof request.ifr_name, "%s", name->if_name);
      if (ioctl (fd, SIOCGIFFLAGS, &request) == 0)
        printf ("%s 0x%hx\n", name->if_name, (unsigned short)request.ifr_flags);
      else
        printf ("%s refused %s\n", name->if_name, errno_name (errno));
    }
  if_freenameindex (names);
  close (fd);
  return EXIT_OK;
}
