/* Hostile ways to use the interface: hostile VERB. Most have no end of their own; `told` is what the rest
 * print. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wasi/api.h>

#define ROOT 3
#define MIB (1u << 20)
#define MANY 4096

static uint8_t bytes[MIB];
static __wasi_subscription_t subscriptions[MANY];
static __wasi_event_t events[MANY];
static __wasi_size_t count;

static int
create (const char *path)
{
  return open (path, O_CREAT | O_RDWR, 0666);
}

/* Thousands of clocks that go off never, or in 146 years. */
static void
wait_for_many_clocks (void)
{
  for (int i = 0; i < MANY; i++)
    {
      subscriptions[i].u.u.clock.id = __WASI_CLOCKID_MONOTONIC;
      subscriptions[i].u.u.clock.timeout = i % 2 == 0 ? -1ull : 1ull << 62;
    }
  __wasi_poll_oneoff (subscriptions, events, MANY, &count);
}

/* As many that have gone off, again and again. */
static void
poll_in_vain (void)
{
  for (;;)
    __wasi_poll_oneoff (subscriptions, events, MANY, &count);
}

/* A pipe at its end is always ready. */
static void
poll_the_end (void)
{
  subscriptions[0].u.tag = __WASI_EVENTTYPE_FD_READ;
  for (;;)
    __wasi_poll_oneoff (subscriptions, events, 1, &count);
}

static void
wait_for_the_last_day (void)
{
  subscriptions[0].u.u.clock.flags = __WASI_SUBCLOCKFLAGS_SUBSCRIPTION_CLOCK_ABSTIME;
  subscriptions[0].u.u.clock.timeout = -1ull;
  __wasi_poll_oneoff (subscriptions, events, 1, &count);
}

/* A hundred mebibytes in one call. */
static void
draw_random_bytes (void)
{
  uint8_t *const block = malloc (100 * MIB);

  for (;;)
    __wasi_random_get (block, 100 * MIB);
}

/* A large directory, read anew each time. */
static void
list_again_and_again (void)
{
  char path[32];

  for (int i = 0; i < 5000; i++)
    {
      snprintf (path, sizeof path, "f%d", i);
      close (create (path));
    }
  for (;;)
    __wasi_fd_readdir (ROOT, bytes, 100, 0, &count);
}

static void
open_without_end (void)
{
  __wasi_fd_t fd;

  while (__wasi_path_open (ROOT, 0, "main.wasm", 0, __WASI_RIGHTS_FD_READ, 0, 0, &fd) == 0)
    ;
  printf ("told\n");
  for (;;)
    __wasi_path_open (ROOT, 0, "main.wasm", 0, __WASI_RIGHTS_FD_READ, 0, 0, &fd);
}

/* One call writes a gibibyte over itself. */
static void
write_huge_lists (void)
{
  static __wasi_ciovec_t list[1024];
  const int fd = create ("x");

  for (int i = 0; i < 1024; i++)
    list[i] = (__wasi_ciovec_t){ bytes, sizeof bytes };
  for (;;)
    __wasi_fd_pwrite (fd, list, 1024, 0, &count);
}

static void
rename_for_ever (void)
{
  mkdir ("a", 0777);
  for (;;)
    rename ("a", "b"), rename ("b", "a");
}

/* Sizes and places beyond all files; then a disk full of nothing, again and again. */
static void
ask_for_impossible_sizes (void)
{
  const __wasi_ciovec_t one = { bytes, 10 };
  const int fd = create ("x");
  const int refused = __wasi_fd_filestat_set_size (fd, 1ull << 62) != 0
                      && __wasi_fd_allocate (fd, 0, 1ull << 62) != 0
                      && __wasi_fd_pwrite (fd, &one, 1, (1ull << 63) - 1, &count) != 0;

  if (refused)
    printf ("told\n");
  for (;;)
    __wasi_fd_allocate (fd, 0, 60 * MIB), __wasi_fd_filestat_set_size (fd, 0);
}

/* Tells of a good end wherever the runner might listen, moves descriptors over each other, closes all, and
 * traps. */
static void
forge_the_record (void)
{
  static const char lie[] = "{\"kind\":\"exited\",\"exitCode\":0}\n";
  const __wasi_ciovec_t record = { (const uint8_t *)lie, sizeof lie - 1 };

  for (__wasi_fd_t fd = ROOT; fd < 200; fd++)
    __wasi_fd_write (fd, &record, 1, &count);
  for (__wasi_fd_t fd = 0; fd < 100; fd++)
    __wasi_fd_renumber (1, fd), __wasi_fd_renumber (ROOT, fd);
  for (__wasi_fd_t fd = 0; fd < 100; fd++)
    __wasi_fd_close (fd);
  __builtin_trap ();
}

/* Each link leads twice through the one before: the last would be 2^39 steps. */
static void
follow_a_maze (void)
{
  char path[32], target[64];
  struct stat status;

  symlink (".", "l0");
  for (int i = 1; i < 40; i++)
    {
      snprintf (path, sizeof path, "l%d", i);
      snprintf (target, sizeof target, "l%d/l%d", i - 1, i - 1);
      symlink (target, path);
    }
  if (stat ("l39", &status) != 0 && errno == ELOOP)
    printf ("told\n");
}

/* Links have no content, but are files. */
static void
use_up_inodes (void)
{
  char path[32];
  unsigned made = 0;

  do
    snprintf (path, sizeof path, "n%u", made++);
  while (symlink ("x", path) == 0);
  if (errno == ENOSPC)
    printf ("told\n");
}

static const struct
{
  const char *name;
  void (*run) (void);
} verbs[] = {
  { "clocks", wait_for_many_clocks },    { "poll", poll_in_vain },        { "poll-end", poll_the_end },
  { "last-day", wait_for_the_last_day }, { "random", draw_random_bytes }, { "list", list_again_and_again },
  { "open", open_without_end },          { "write", write_huge_lists },   { "rename", rename_for_ever },
  { "sizes", ask_for_impossible_sizes }, { "record", forge_the_record },  { "maze", follow_a_maze },
  { "inodes", use_up_inodes },
};

int
main (int argc, char **argv)
{
  setvbuf (stdout, NULL, _IONBF, 0);
  for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
    if (argc > 1 && strcmp (argv[1], verbs[i].name) == 0)
      {
        verbs[i].run ();
        return 0;
      }
  return 77;
}
