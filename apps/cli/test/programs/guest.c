/* A module with verbs, for jobs of the runtime wasi: guest VERB [ARGUMENT]. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MIB (1u << 20)

/* What the compiler must not know. */
static volatile int zero, seven = 7;
static int (*volatile mistaken) (long long);
static char *volatile block;

static int
echo (int argc, char **argv)
{
  char line[4096];
  size_t length;

  for (int i = 0; i < argc; i++)
    printf ("[%s]", argv[i]);
  printf (" %s\n", getenv ("GREETING") == NULL ? "" : getenv ("GREETING"));
  fflush (stdout);
  while ((length = fread (line, 1, sizeof line, stdin)) > 0)
    fwrite (line, 1, length, stdout);
  fprintf (stderr, "apart\n");
  return 0;
}

static int
list (const char *path)
{
  DIR *directory = opendir (path);
  struct dirent *entry;

  if (directory == NULL)
    return printf ("%s\n", strerror (errno)), 1;
  while ((entry = readdir (directory)) != NULL)
    printf ("%s\n", entry->d_name);
  return 0;
}

static int
copy (const char *from, const char *to)
{
  char buffer[4096];
  const int in = open (from, O_RDONLY), out = open (to, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  ssize_t length;

  if (in < 0 || out < 0)
    return printf ("%s\n", strerror (errno)), 1;
  while ((length = read (in, buffer, sizeof buffer)) > 0)
    if (write (out, buffer, (size_t)length) != length)
      return printf ("%s\n", strerror (errno)), 1;
  return 0;
}

static int
allocate (void)
{
  unsigned count = 0;

  while ((block = malloc (MIB)) != NULL)
    {
      memset (block, 1, MIB);
      count++;
    }
  printf ("%u\n", count);
  return 0;
}

static int
fill (const char *path)
{
  static char block[65536];
  const int fd = open (path, O_WRONLY | O_CREAT, 0644);
  unsigned long long total = 0;
  ssize_t length;

  while ((length = write (fd, block, sizeof block)) > 0)
    total += (unsigned long long)length;
  printf ("%llu %s\n", total, strerror (errno));
  return 0;
}

/* The number of the last descriptor that could be had. */
static int
open_all (const char *path)
{
  int last = -1, fd;

  while ((fd = open (path, O_RDONLY)) >= 0)
    last = fd;
  printf ("%d %s\n", last, strerror (errno));
  return 0;
}

static int
flood (void)
{
  static char block[65536];

  for (;;)
    if (write (1, block, sizeof block) < 0)
      return 1;
}

/* Without a frame in memory, so that it is the engine's own stack that ends. */
static __attribute__ ((noinline)) int
recurse (int depth)
{
  return recurse (depth + seven) + depth;
}

/* Grows and writes in turn: what once crashed engines. */
static int
grow_and_write (void)
{
  for (int i = 0; i < 200; i++)
    {
      block = malloc (MIB);
      if (block != NULL)
        block[i] = (char)i;
      printf ("%d\n", i);
    }
  return 0;
}

static int
trap (const char *kind)
{
  if (strcmp (kind, "unreachable") == 0)
    abort ();
  if (strcmp (kind, "divide") == 0)
    return seven / zero;
  if (strcmp (kind, "bounds") == 0)
    return *(volatile int *)0xfffffff0u;
  if (strcmp (kind, "call") == 0)
    {
      mistaken = (int (*) (long long))(void *)echo;
      return mistaken (1);
    }
  return recurse (0);
}

/* How many ways by the name x led to what stands beside the directory. */
static int
go_by_x (void)
{
  struct stat status;
  const int fd = open ("x/secret", O_RDONLY);

  if (fd >= 0)
    close (fd);
  return (fd >= 0) + (stat ("x/secret", &status) == 0) + (rename ("x/secret", "stolen") == 0)
         + (link ("x/secret", "stolen") == 0) + (mkdir ("x/made", 0777) == 0 && rmdir ("x/made") != 0);
}

/* Swaps the name x between a link that leads out and a directory, and goes by it each time. */
static int
race (int rounds)
{
  int ways_out = 0;

  for (int i = 0; i < rounds; i++)
    {
      if (symlink ("..", "x") != 0)
        return 1;
      ways_out += go_by_x ();
      if (unlink ("x") != 0 || mkdir ("x", 0777) != 0)
        return 1;
      ways_out += go_by_x ();
      if (rmdir ("x") != 0)
        return 1;
    }
  printf ("%d\n", ways_out);
  return 0;
}

int
main (int argc, char **argv)
{
  const char *verb = argc > 1 ? argv[1] : "", *argument = argc > 2 ? argv[2] : "";

  setvbuf (stdout, NULL, _IONBF, 0);
  if (strcmp (verb, "echo") == 0)
    return echo (argc, argv);
  if (strcmp (verb, "list") == 0)
    return list (argument);
  if (strcmp (verb, "copy") == 0)
    return copy (argument, argv[3]);
  if (strcmp (verb, "exit") == 0)
    exit (atoi (argument));
  if (strcmp (verb, "race") == 0)
    return race (atoi (argument));
  if (strcmp (verb, "trap") == 0)
    return trap (argument);
  if (strcmp (verb, "allocate") == 0)
    return allocate ();
  if (strcmp (verb, "fill") == 0)
    return fill (argument);
  if (strcmp (verb, "open-all") == 0)
    return open_all (argv[2]);
  if (strcmp (verb, "flood") == 0)
    return flood ();
  if (strcmp (verb, "grow-and-write") == 0)
    return grow_and_write ();
  if (strcmp (verb, "sleep") == 0)
    return (int)sleep ((unsigned)atoi (argument));
  if (strcmp (verb, "read") == 0)
    return getchar () == EOF ? 0 : 1;
  if (strcmp (verb, "calls") == 0)
    for (struct timespec now;;)
      clock_gettime (CLOCK_MONOTONIC, &now);
  if (strcmp (verb, "loop") == 0)
    for (;;)
      zero = zero + 0;
  return 2;
}
