/*
 * probe: does, one after another and each in a child of its own, what a worker will do, and prints a line for
 * each ability:
 *
 *   NAME ok [NAME=NUMBER ...]
 *   NAME failed STEP ERRNO [NAME=NUMBER ...]     ERRNO is a number; 0: killed, `signal` says by which
 *
 *   probe [--uid N --gid N] [--sub-uid N --sub-gid N] [--cgroup DIRECTORY] [--show DIRECTORY]... [NAME...]
 *
 * --uid and --gid are what root of the user namespaces is outside (default: our own), --sub-uid and --sub-gid
 * what it is for `sub-ids`. --cgroup is an empty cgroup v2 directory; without it the abilities that need one
 * are left out. --show names directories of which a slot will mount overlays (default: /usr). It is
 * single-threaded and leaves nothing behind.
 */
#include "abilities.h"
#include "child.h"
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const struct
{
  const char *name;
  probe_function *function;
} abilities[] = {
#define X(function, name) { name, probe_##function },
  PROBE_ABILITIES (X)
#undef X
};

int
probe_fail (struct probe *probe, const char *step, int err)
{
  probe->result->step = step;
  probe->result->err = err;
  return -err;
}

int
probe_fail_errno (struct probe *probe, const char *step)
{
  return probe_fail (probe, step, errno);
}

void
probe_note (struct probe *probe, const char *name, int value)
{
  char *detail = probe->result->detail;
  const size_t used = strlen (detail);

  snprintf (detail + used, sizeof probe->result->detail - used, " %s=%d", name, value);
}

/* Runs one probe in a child, whatever becomes of it, and prints what it found. */
static void
run (struct probe *probe, const char *name, probe_function *function)
{
  memset (probe->result, 0, sizeof *probe->result);
  const pid_t pid = fork ();

  if (pid == 0)
    child_run (probe, function);
  if (pid < 0)
    probe_fail_errno (probe, "fork");
  else
    child_wait (probe, pid);
  if (probe->result->step == NULL)
    printf ("%s ok%s\n", name, probe->result->detail);
  else
    printf ("%s failed %s %d%s\n", name, probe->result->step, probe->result->err, probe->result->detail);
  /* The next fork must not print it once more. */
  fflush (stdout);
}

/* Whether it is among the operands, or there are none; and there is what it needs. */
static bool
is_wanted (const struct probe *probe, const char *name, char **operands)
{
  if (probe->cgroup == NULL && strncmp (name, "cgroup-", 7) == 0 && strcmp (name, "cgroup-namespace") != 0)
    return false;
  if (*operands == NULL)
    return true;
  for (; *operands != NULL; operands++)
    if (strcmp (*operands, name) == 0)
      return true;
  return false;
}

static uint32_t
parse_number (const char *text)
{
  char *end;

  errno = 0;
  const unsigned long number = strtoul (text, &end, 10);

  if (errno != 0 || end == text || *end != '\0' || number > UINT32_MAX)
    {
      fprintf (stderr, "probe: expected a number up to 2^32 - 1, got \"%s\"\n", text);
      exit (2);
    }
  return (uint32_t)number;
}

static void
add_shown (struct probe *probe, const char *path)
{
  if (probe->shown_count == PROBE_MAX_SHOWN)
    {
      fprintf (stderr, "probe: at most %d directories can be shown\n", PROBE_MAX_SHOWN);
      exit (2);
    }
  probe->shown[probe->shown_count++] = path;
}

static void
parse_options (int argc, char **argv, struct probe *probe)
{
  static const struct option options[] = {
    { "uid", required_argument, NULL, 'u' },     { "gid", required_argument, NULL, 'g' },
    { "sub-uid", required_argument, NULL, 'U' }, { "sub-gid", required_argument, NULL, 'G' },
    { "cgroup", required_argument, NULL, 'c' },  { "show", required_argument, NULL, 's' },
    { "nothing", no_argument, NULL, 'n' },       { NULL, 0, NULL, 0 },
  };
  int option;

  while ((option = getopt_long (argc, argv, "", options, NULL)) != -1)
    switch (option)
      {
      case 'u':
        probe->uid = parse_number (optarg);
        break;
      case 'g':
        probe->gid = parse_number (optarg);
        break;
      case 'U':
        probe->sub_uid = parse_number (optarg);
        break;
      case 'G':
        probe->sub_gid = parse_number (optarg);
        break;
      case 'c':
        probe->cgroup = optarg;
        break;
      case 's':
        add_shown (probe, optarg);
        break;
      case 'n': /* what `sealed-exec` executes */
        exit (0);
      default:
        exit (2);
      }
}

int
main (int argc, char **argv)
{
  struct probe probe = { .uid = geteuid (), .gid = getegid () };

  parse_options (argc, argv, &probe);
  if (probe.shown_count == 0)
    add_shown (&probe, "/usr");
  probe.result = mmap (NULL, sizeof *probe.result, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (probe.result == MAP_FAILED)
    {
      perror ("probe: mmap");
      return 1;
    }
  for (size_t i = 0; i < sizeof abilities / sizeof abilities[0]; i++)
    if (is_wanted (&probe, abilities[i].name, argv + optind))
      run (&probe, abilities[i].name, abilities[i].function);
  return 0;
}
