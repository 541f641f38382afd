/* A program for wasi_unstable, without a C library: its structures and numbers are others. Says by its exit code
   which check failed, 0 for none. */
#undef CHECK
#define IMPORT(name) __attribute__ ((import_module ("wasi_unstable"), import_name (#name)))

IMPORT (fd_write) int u_fd_write (int, const void *, int, unsigned *);
IMPORT (fd_seek) int u_fd_seek (int, long long, int, unsigned long long *);
IMPORT (fd_filestat_get) int u_fd_filestat_get (int, void *);
IMPORT (path_filestat_get) int u_path_filestat_get (int, int, const char *, int, void *);
IMPORT (path_open) int u_path_open (int, int, const char *, int, int, long long, long long, int, int *);
IMPORT (poll_oneoff) int u_poll_oneoff (const void *, void *, int, unsigned *);
IMPORT (clock_time_get) int u_clock_time_get (int, long long, unsigned long long *);
IMPORT (args_sizes_get) int u_args_sizes_get (unsigned *, unsigned *);
IMPORT (random_get) int u_random_get (void *, int);
IMPORT (proc_exit) _Noreturn void u_proc_exit (int);

struct old_filestat
{
  unsigned long long dev, ino;
  unsigned char type;
  unsigned nlink;
  unsigned long long size, atim, mtim, ctim;
};

struct old_clock
{
  unsigned long long userdata;
  unsigned char type;
  unsigned long long identifier;
  unsigned id;
  unsigned long long timeout, precision;
  unsigned short flags;
};

_Static_assert (sizeof (struct old_filestat) == 56, "filestat");
_Static_assert (sizeof (struct old_clock) == 56, "subscription");

static void
check (int number, int holds)
{
  if (!holds)
    u_proc_exit (number);
}

/* The compiler fills structures by it. */
void *
memset (void *target, int value, unsigned long size)
{
  for (volatile unsigned char *byte = target; size > 0; size--)
    *byte++ = value;
  return target;
}

void
_start (void)
{
  const struct { const char *text; unsigned length; } out = { "old\n", 4 };
  struct old_filestat st;
  struct old_clock sleep[2] = { { .userdata = 41, .timeout = 30000000, .id = 1 }, { .userdata = 42, .timeout = 9000000000, .id = 1 } };
  unsigned char events[64];
  unsigned long long offset = 0, before, later;
  unsigned n = 0, size = 0;
  int fd = -1;

  check (1, u_fd_write (1, &out, 1, &n) == 0 && n == 4);
  check (2, u_path_open (3, 0, "file", 4, 0, -1ll & ~(1ll << 6 | 1ll << 8 | 1ll << 22), 0, 0, &fd) == 0 && fd == 4);
  check (3, u_fd_filestat_get (fd, &st) == 0 && st.type == 4 && st.nlink == 1 && st.size == 10);
  check (4, st.mtim > 1000000000000000000ull);
  check (5, u_path_filestat_get (3, 0, "file", 4, &st) == 0 && st.nlink == 1 && st.size == 10);
  check (6, u_fd_seek (fd, 4, 2, &offset) == 0 && offset == 4);
  check (7, u_fd_seek (fd, 2, 0, &offset) == 0 && offset == 6);
  check (8, u_fd_seek (fd, -1, 1, &offset) == 0 && offset == 9);
  check (9, u_clock_time_get (1, 0, &before) == 0);
  check (10, u_poll_oneoff (sleep, events, 2, &n) == 0 && n == 1 && events[0] == 41);
  check (11, u_clock_time_get (1, 0, &later) == 0 && later - before >= 30000000 && later - before < 1000000000);
  check (12, u_args_sizes_get (&n, &size) == 0 && n == 2 && size == 14);
  check (13, u_random_get (events, 8) == 0);
  u_proc_exit (0);
}
