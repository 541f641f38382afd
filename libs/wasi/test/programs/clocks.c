/* Clocks, times of files, waiting. */
static uint64_t
now (__wasi_clockid_t clock)
{
  __wasi_timestamp_t time = 0;

  if (__wasi_clock_time_get (clock, 1, &time) != 0)
    puts ("FAIL clock");
  return time;
}

static void
clocks (void)
{
  __wasi_timestamp_t time;
  uint64_t last = now (__WASI_CLOCKID_MONOTONIC);
  int back = 0;

  for (int i = 0; i < 10000; i++)
    {
      const uint64_t next = now (__WASI_CLOCKID_MONOTONIC);

      back += next < last;
      last = next;
    }
  CHECK_EQ ("never back", back, 0);
  for (__wasi_clockid_t clock = 0; clock < 4; clock++)
    {
      CHECK_EQ ("resolution", __wasi_clock_res_get (clock, &time), 0);
      CHECK ("is something", time > 0);
      CHECK ("time", now (clock) > 0);
    }
  CHECK_EQ ("no such clock", __wasi_clock_time_get (9, 0, &time), __WASI_ERRNO_INVAL);
  CHECK_EQ ("nor its resolution", __wasi_clock_res_get (9, &time), __WASI_ERRNO_INVAL);
  CHECK_EQ ("yield", __wasi_sched_yield (), 0);
  printf ("time %llu\n", (unsigned long long) now (__WASI_CLOCKID_REALTIME));
}

static int
took (uint64_t since, int milliseconds)
{
  const int64_t late = (int64_t) (now (__WASI_CLOCKID_MONOTONIC) - since) / 1000000 - milliseconds;

  return late >= 0 && late < 150;
}

static void
sleeping (void)
{
  uint64_t start = now (__WASI_CLOCKID_MONOTONIC);
  struct timespec until;

  usleep (100000);
  CHECK ("usleep", took (start, 100));
  start = now (__WASI_CLOCKID_MONOTONIC);
  clock_gettime (CLOCK_MONOTONIC, &until);
  until.tv_nsec += 100000000;
  if (until.tv_nsec >= 1000000000)
    until = (struct timespec) { until.tv_sec + 1, until.tv_nsec - 1000000000 };
  CHECK_EQ ("until a monotonic time", clock_nanosleep (CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL), 0);
  CHECK ("which came", took (start, 100));
  start = now (__WASI_CLOCKID_MONOTONIC);
  CHECK_EQ ("until it again", clock_nanosleep (CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL), 0);
  CHECK ("at once", took (start, 0));
  clock_gettime (CLOCK_REALTIME, &until);
  until.tv_nsec += 100000000;
  if (until.tv_nsec >= 1000000000)
    until = (struct timespec) { until.tv_sec + 1, until.tv_nsec - 1000000000 };
  CHECK_EQ ("until a real time", clock_nanosleep (CLOCK_REALTIME, TIMER_ABSTIME, &until, NULL), 0);
  CHECK ("which came too", took (start, 100));
  const uint64_t cpu = now (__WASI_CLOCKID_PROCESS_CPUTIME_ID);
  usleep (300000);
  CHECK ("without the processor", now (__WASI_CLOCKID_PROCESS_CPUTIME_ID) - cpu < 50000000);
}

static __wasi_subscription_t
after (uint64_t userdata, uint64_t nanoseconds)
{
  return (__wasi_subscription_t) {
    .userdata = userdata,
    .u = { .tag = __WASI_EVENTTYPE_CLOCK, .u.clock = { .id = __WASI_CLOCKID_MONOTONIC, .timeout = nanoseconds } },
  };
}

static __wasi_subscription_t
ready (uint64_t userdata, __wasi_eventtype_t type, __wasi_fd_t fd)
{
  return (__wasi_subscription_t) { .userdata = userdata, .u = { .tag = type, .u.fd_read.file_descriptor = fd } };
}

/* Standard input holds three bytes and stays open; a fourth comes after a while, then its end. */
static void
polling (void)
{
  __wasi_event_t events[4];
  __wasi_size_t n = 0;
  char text[8];
  const int file = open ("polled", O_CREAT | O_RDWR, 0666);
  uint64_t start = now (__WASI_CLOCKID_MONOTONIC);

  write (file, "12345", 5);
  lseek (file, 2, SEEK_SET);
  CHECK_EQ ("nothing to wait for", __wasi_poll_oneoff (NULL, events, 0, &n), __WASI_ERRNO_INVAL);
  const __wasi_subscription_t both[] = { after (7, 50000000), after (8, 5000000000) };
  CHECK_EQ ("two times", __wasi_poll_oneoff (both, events, 2, &n), 0);
  CHECK ("the first came", n == 1 && events[0].userdata == 7 && events[0].type == __WASI_EVENTTYPE_CLOCK && took (start, 50));
  const __wasi_subscription_t input[] = { ready (1, __WASI_EVENTTYPE_FD_READ, 0), after (2, 5000000000) };
  CHECK_EQ ("input", __wasi_poll_oneoff (input, events, 2, &n), 0);
  CHECK ("is there", n == 1 && events[0].userdata == 1 && events[0].error == 0);
  CHECK ("something", events[0].fd_readwrite.nbytes > 0);
  CHECK_EQ ("read it", read (0, text, 8), 3);
  start = now (__WASI_CLOCKID_MONOTONIC);
  const __wasi_subscription_t later[] = { ready (1, __WASI_EVENTTYPE_FD_READ, 0), after (2, 50500000) };
  CHECK_EQ ("no input", __wasi_poll_oneoff (later, events, 2, &n), 0);
  CHECK ("the time came", n == 1 && events[0].userdata == 2 && took (start, 50));
  const __wasi_subscription_t output[] = { ready (1, __WASI_EVENTTYPE_FD_WRITE, 1), ready (2, __WASI_EVENTTYPE_FD_WRITE, 2), after (3, 1000000000) };
  CHECK_EQ ("output", __wasi_poll_oneoff (output, events, 3, &n), 0);
  CHECK ("can be written", n == 2 && events[0].userdata == 1 && events[1].userdata == 2);
  const __wasi_subscription_t files[] = { ready (1, __WASI_EVENTTYPE_FD_READ, file), ready (2, __WASI_EVENTTYPE_FD_READ, 99), ready (3, __WASI_EVENTTYPE_FD_READ, 0), after (4, 1000000000) };
  CHECK_EQ ("a file", __wasi_poll_oneoff (files, events, 4, &n), 0);
  CHECK ("is ready, a stranger bad", n == 2 && events[0].userdata == 1 && events[1].error == __WASI_ERRNO_BADF);
  CHECK_EQ ("what is left of it", events[0].fd_readwrite.nbytes, 3);
  write (2, "more", 4);
  CHECK_EQ ("waiting without a time", __wasi_poll_oneoff (input, events, 1, &n), 0);
  CHECK ("came", n == 1 && events[0].userdata == 1);
  CHECK_EQ ("read it too", read (0, text, 8), 1);
  CHECK_EQ ("waiting for the end", __wasi_poll_oneoff (input, events, 1, &n), 0);
  CHECK ("came as well", n == 1 && events[0].userdata == 1);
  CHECK_EQ ("the end", read (0, text, 8), 0);
}

/* Nanoseconds stay; what is not named stays too. The argument tells how far off a time may be. */
static void
file_times (long long tolerance)
{
  struct stat st, later;
  const struct timespec old = { 1000000007, 123456789 }, older = { 1, 999999999 };
  const struct timespec keep = { 0, UTIME_OMIT };
  const int fd = open ("times", O_CREAT | O_RDWR, 0666);
  const __wasi_fstflags_t both = __WASI_FSTFLAGS_MTIM | __WASI_FSTFLAGS_MTIM_NOW;

  CHECK_EQ ("set", futimens (fd, (struct timespec[]) { old, older }), 0);
  fstat (fd, &st);
  CHECK_EQ ("seconds", st.st_atim.tv_sec, old.tv_sec);
  CHECK ("nanoseconds", llabs (st.st_atim.tv_nsec - old.tv_nsec) <= tolerance);
  CHECK ("the other's", st.st_mtim.tv_sec == 1 && llabs (st.st_mtim.tv_nsec - older.tv_nsec) <= tolerance);
  CHECK_EQ ("set one", futimens (fd, (struct timespec[]) { keep, old }), 0);
  fstat (fd, &later);
  CHECK ("one stays", llabs (later.st_atim.tv_nsec - st.st_atim.tv_nsec) <= tolerance);
  CHECK_EQ ("one is set", later.st_mtim.tv_sec, old.tv_sec);
  symlink ("times", "link-to-times");
  CHECK_EQ ("set a link's", utimensat (AT_FDCWD, "link-to-times", (struct timespec[]) { older, older }, AT_SYMLINK_NOFOLLOW), 0);
  lstat ("link-to-times", &st);
  CHECK_EQ ("the link's", st.st_mtim.tv_sec, 1);
  fstat (fd, &st);
  CHECK_EQ ("not its target's", st.st_mtim.tv_sec, old.tv_sec);
  CHECK_EQ ("set its target's", utimensat (AT_FDCWD, "link-to-times", (struct timespec[]) { older, older }, 0), 0);
  fstat (fd, &st);
  CHECK_EQ ("its target's", st.st_mtim.tv_sec, 1);
  CHECK_EQ ("set to now", __wasi_fd_filestat_set_times (fd, 0, 0, __WASI_FSTFLAGS_ATIM_NOW | __WASI_FSTFLAGS_MTIM_NOW), 0);
  fstat (fd, &st);
  CHECK ("is now", llabs ((long long) st.st_mtim.tv_sec - (long long) time (NULL)) < 5);
  CHECK_EQ ("time and now", __wasi_fd_filestat_set_times (fd, 0, 5, both), __WASI_ERRNO_INVAL);
  CHECK_EQ ("by path", __wasi_path_filestat_set_times (ROOT, 0, "times", 0, 5, both), __WASI_ERRNO_INVAL);
  CHECK_EQ ("unknown flag", __wasi_fd_filestat_set_times (fd, 0, 5, 64), __WASI_ERRNO_INVAL);
  CHECK_EQ ("missing file", utimensat (AT_FDCWD, "missing", NULL, 0), -1);
  CHECK_EQ ("is missing", errno, ENOENT);
  unlink ("times");
  CHECK_EQ ("set without a name", futimens (fd, (struct timespec[]) { old, old }), 0);
  fstat (fd, &st);
  CHECK_EQ ("is set in seconds", st.st_mtim.tv_sec, old.tv_sec);
}

int
main (int argc, char **argv)
{
  const char *verb = argc > 1 ? argv[1] : "";

  if (!strcmp (verb, "clocks"))
    clocks ();
  if (!strcmp (verb, "sleeping"))
    sleeping ();
  if (!strcmp (verb, "polling"))
    polling ();
  if (!strcmp (verb, "file-times"))
    file_times (argc > 2 ? atoll (argv[2]) : 0);
  if (!strcmp (verb, "sleep-for-ever"))
    sleep (1000000);
  return 0;
}
