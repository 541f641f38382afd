/* Lists as long as a guest likes: up to a bound they are read, beyond it none of them is. */
#define IOVECS 4000000
#define SUBSCRIPTIONS 1400000

/* An empty file, and every list of buffers for it. */
static void
buffers (void)
{
  __wasi_iovec_t *iovecs = calloc (IOVECS, sizeof *iovecs);
  const int file = open ("file", O_CREAT | O_RDWR, 0666);
  static const size_t too_many[] = { 1025, IOVECS, (size_t) -1 };
  static uint8_t byte = 'x';
  __wasi_size_t n;

  CHECK ("memory", iovecs != NULL);
  for (int i = 0; i < IOVECS; i++)
    iovecs[i] = (__wasi_iovec_t) { &byte, 1 };
  CHECK_EQ ("write 1024", __wasi_fd_write (file, (__wasi_ciovec_t *) iovecs, 1024, &n), 0);
  CHECK_EQ ("written", n, 1024);
  CHECK_EQ ("pread 1024", __wasi_fd_pread (file, iovecs, 1024, 0, &n), 0);
  CHECK_EQ ("read", n, 1024);
  for (size_t i = 0; i < sizeof too_many / sizeof too_many[0]; i++)
    {
      CHECK_EQ ("read", __wasi_fd_read (file, iovecs, too_many[i], &n), __WASI_ERRNO_INVAL);
      CHECK_EQ ("write", __wasi_fd_write (file, (__wasi_ciovec_t *) iovecs, too_many[i], &n), __WASI_ERRNO_INVAL);
      CHECK_EQ ("pread", __wasi_fd_pread (file, iovecs, too_many[i], 0, &n), __WASI_ERRNO_INVAL);
      CHECK_EQ ("pwrite", __wasi_fd_pwrite (file, (__wasi_ciovec_t *) iovecs, too_many[i], 0, &n), __WASI_ERRNO_INVAL);
    }
  free (iovecs);
}

/* Clocks that are over at once. */
static void
subscriptions (void)
{
  __wasi_subscription_t *wanted = calloc (SUBSCRIPTIONS, sizeof *wanted);
  __wasi_event_t *events = calloc (SUBSCRIPTIONS, sizeof *events);
  static const size_t too_many[] = { 4097, SUBSCRIPTIONS, (size_t) -1 };
  __wasi_size_t n;

  CHECK ("memory", wanted != NULL && events != NULL);
  CHECK_EQ ("poll 4096", __wasi_poll_oneoff (wanted, events, 4096, &n), 0);
  CHECK_EQ ("all of them", n, 4096);
  for (size_t i = 0; i < sizeof too_many / sizeof too_many[0]; i++)
    CHECK_EQ ("poll", __wasi_poll_oneoff (wanted, events, too_many[i], &n), __WASI_ERRNO_INVAL);
  for (int i = 0; i < 4096; i++)
    wanted[i] = (__wasi_subscription_t) { .userdata = i, .u.tag = __WASI_EVENTTYPE_FD_WRITE, .u.u.fd_write.file_descriptor = 1 };
  CHECK_EQ ("poll a stream", __wasi_poll_oneoff (wanted, events, 4096, &n), 0);
  CHECK_EQ ("as often", n, 4096);
  CHECK_EQ ("each its own", events[4095].userdata, 4095);
}

int
main (void)
{
  buffers ();
  subscriptions ();
  return 0;
}
