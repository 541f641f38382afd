/* Descriptors: their numbers, flags, rights; addresses that are none. */
static void
renumbering (void)
{
  const int a = open ("a", O_CREAT | O_RDWR, 0666);
  const int b = open ("b", O_CREAT | O_RDWR, 0666);
  char text[8] = "";
  __wasi_fdstat_t fdstat;

  CHECK_EQ ("write", write (a, "aaa", 3), 3);
  CHECK_EQ ("renumber", __wasi_fd_renumber (a, b), 0);
  CHECK_EQ ("source is gone", __wasi_fd_fdstat_get (a, &fdstat), __WASI_ERRNO_BADF);
  CHECK_EQ ("renumber to nothing", __wasi_fd_renumber (b, a), __WASI_ERRNO_BADF);
  CHECK_EQ ("renumber from nothing", __wasi_fd_renumber (a, b), __WASI_ERRNO_BADF);
  CHECK_EQ ("renumber onto itself", __wasi_fd_renumber (b, b), 0);
  CHECK_EQ ("target is the source", pread (b, text, 3, 0), 3);
  CHECK ("with its content", !strcmp (text, "aaa"));
  CHECK_EQ ("close", close (b), 0);
}

/* Standard streams can be put elsewhere, and a file in their place. */
static void
redirecting (void)
{
  const int file = open ("redirected", O_CREAT | O_RDWR, 0666);
  char text[8] = "";

  fflush (stdout);
  const int spare = open ("spare", O_CREAT | O_RDWR, 0666);
  CHECK_EQ ("move stderr", __wasi_fd_renumber (2, spare), 0);
  CHECK_EQ ("write by its new number", write (spare, "moved\n", 6), 6);
  CHECK_EQ ("nothing at the old one", write (2, "x", 1), -1);
  CHECK_EQ ("the next file takes it", open ("redirected", O_WRONLY), 2);
  CHECK_EQ ("write to it", write (2, "file", 4), 4);
  CHECK_EQ ("read what was written", pread (file, text, 4, 0), 4);
  CHECK ("is there", !strcmp (text, "file"));
}

static void
flags (void)
{
  __wasi_fd_t fd;
  __wasi_fdstat_t fdstat;
  const __wasi_fdflags_t wanted = __WASI_FDFLAGS_APPEND | __WASI_FDFLAGS_SYNC;

  CHECK_EQ ("flags that are none", __wasi_path_open (ROOT, 0, "flags", 1 << 4, READ_WRITE, 0, 0, &fd), __WASI_ERRNO_INVAL);
  CHECK_EQ ("nor these", __wasi_path_open (ROOT, 0, "flags", 0, READ_WRITE, 0, 1 << 5, &fd), __WASI_ERRNO_INVAL);
  CHECK_EQ ("open", __wasi_path_open (ROOT, 0, "flags", __WASI_OFLAGS_CREAT, READ_WRITE, 0, wanted, &fd), 0);
  CHECK_EQ ("fdstat", __wasi_fd_fdstat_get (fd, &fdstat), 0);
  CHECK_EQ ("as opened", fdstat.fs_flags, wanted);
  CHECK_EQ ("stop appending", __wasi_fd_fdstat_set_flags (fd, __WASI_FDFLAGS_SYNC), 0);
  CHECK_EQ ("fdstat again", __wasi_fd_fdstat_get (fd, &fdstat), 0);
  CHECK_EQ ("as set", fdstat.fs_flags, __WASI_FDFLAGS_SYNC);
  CHECK_EQ ("stop syncing", __wasi_fd_fdstat_set_flags (fd, 0), __WASI_ERRNO_NOTSUP);
  CHECK_EQ ("not blocking", __wasi_fd_fdstat_set_flags (fd, __WASI_FDFLAGS_SYNC | __WASI_FDFLAGS_NONBLOCK), 0);
  CHECK_EQ ("advise", __wasi_fd_advise (fd, 0, 0, __WASI_ADVICE_WILLNEED), 0);
  CHECK_EQ ("bad advice", __wasi_fd_advise (fd, 0, 0, 99), __WASI_ERRNO_INVAL);
  CHECK_EQ ("too large", __wasi_fd_filestat_set_size (fd, -1), __WASI_ERRNO_INVAL);
  CHECK_EQ ("close", __wasi_fd_close (fd), 0);
}

static void
rights (void)
{
  __wasi_fd_t fd, dir;
  __wasi_fdstat_t fdstat;
  uint8_t byte[1] = { 0 };
  const __wasi_ciovec_t from = { byte, 1 };
  const __wasi_iovec_t into = { byte, 1 };
  __wasi_size_t n;

  __wasi_fd_fdstat_get (ROOT, &fdstat);
  CHECK_EQ ("a directory has no size to set", fdstat.fs_rights_base & __WASI_RIGHTS_FD_FILESTAT_SET_SIZE, 0);
  CHECK_EQ ("open a file", __wasi_path_open (ROOT, 0, "r", __WASI_OFLAGS_CREAT, READ_WRITE | __WASI_RIGHTS_PATH_FILESTAT_GET, READ_WRITE, 0, &fd), 0);
  __wasi_fd_fdstat_get (fd, &fdstat);
  CHECK_EQ ("rights that a file can have", fdstat.fs_rights_base, READ_WRITE);
  CHECK_EQ ("a file hands nothing on", fdstat.fs_rights_inheriting, 0);
  CHECK_EQ ("drop writing", __wasi_fd_fdstat_set_rights (fd, __WASI_RIGHTS_FD_READ, 0), 0);
  CHECK_EQ ("write", __wasi_fd_write (fd, &from, 1, &n), __WASI_ERRNO_BADF);
  CHECK_EQ ("read", __wasi_fd_read (fd, &into, 1, &n), 0);
  CHECK_EQ ("stat", __wasi_fd_filestat_set_size (fd, 1), __WASI_ERRNO_NOTCAPABLE);
  CHECK_EQ ("take back", __wasi_fd_fdstat_set_rights (fd, READ_WRITE, 0), __WASI_ERRNO_NOTCAPABLE);
  CHECK_EQ ("everything there is", __wasi_path_open (ROOT, 0, ".", __WASI_OFLAGS_DIRECTORY, 0x3fffffff & ~READ_WRITE, 0x3fffffff, 0, &dir), 0);
  CHECK_EQ ("drop opening", __wasi_fd_fdstat_set_rights (dir, __WASI_RIGHTS_PATH_OPEN, __WASI_RIGHTS_FD_READ), 0);
  CHECK_EQ ("open to read", __wasi_path_open (dir, 0, "r", 0, __WASI_RIGHTS_FD_READ, 0, 0, &fd), 0);
  CHECK_EQ ("open to write", __wasi_path_open (dir, 0, "r", 0, __WASI_RIGHTS_FD_WRITE, 0, 0, &fd), __WASI_ERRNO_NOTCAPABLE);
  CHECK_EQ ("create", __wasi_path_open (dir, 0, "new", __WASI_OFLAGS_CREAT, 0, 0, 0, &fd), __WASI_ERRNO_NOTCAPABLE);
  CHECK_EQ ("cut", __wasi_path_open (dir, 0, "r", __WASI_OFLAGS_TRUNC, 0, 0, 0, &fd), __WASI_ERRNO_NOTCAPABLE);
  CHECK_EQ ("make", __wasi_path_create_directory (dir, "x"), __WASI_ERRNO_NOTCAPABLE);
}

/* Go asks for a directory without the right to cut a file, then opens files in it to be cut (os.Root.Create). */
static void
implied_rights (void)
{
  const __wasi_rights_t writing = __WASI_RIGHTS_FD_DATASYNC | __WASI_RIGHTS_FD_WRITE | __WASI_RIGHTS_FD_ALLOCATE
    | __WASI_RIGHTS_PATH_FILESTAT_SET_SIZE;
  const __wasi_oflags_t anew = __WASI_OFLAGS_CREAT | __WASI_OFLAGS_TRUNC;
  __wasi_fd_t fd, dir;

  CHECK_EQ ("open as Go does", __wasi_path_open (ROOT, 0, ".", __WASI_OFLAGS_DIRECTORY, 0x1fffffff & ~writing, 0x1fffffff, 0, &dir), 0);
  CHECK_EQ ("create, to be cut", __wasi_path_open (dir, 0, "cut", anew, READ_WRITE, 0, 0, &fd), 0);
  CHECK_EQ ("open to create only", __wasi_path_open (ROOT, 0, ".", __WASI_OFLAGS_DIRECTORY, 0x1fffffff & ~writing, __WASI_RIGHTS_FD_WRITE, 0, &dir), 0);
  CHECK_EQ ("cut what cannot be cut when open", __wasi_path_open (dir, 0, "cut", anew, __WASI_RIGHTS_FD_WRITE, 0, 0, &fd), __WASI_ERRNO_NOTCAPABLE);
}

/* Addresses beyond the memory are an errno, whatever the call; so is nothing at all for a descriptor. */
static void
addresses (void)
{
  uint8_t *const beyond = (uint8_t *) 0xfffffff0u;
  const __wasi_iovec_t into = { beyond, 64 };
  const __wasi_ciovec_t from = { beyond, 64 };
  uint8_t odd[16];
  __wasi_size_t n;

  CHECK_EQ ("read", __wasi_fd_read (0, &into, 1, &n), __WASI_ERRNO_FAULT);
  CHECK_EQ ("write", __wasi_fd_write (1, &from, 1, &n), __WASI_ERRNO_FAULT);
  CHECK_EQ ("list", __wasi_fd_write (1, (__wasi_ciovec_t *) beyond, 3, &n), __WASI_ERRNO_FAULT);
  CHECK_EQ ("list of the greatest length", __wasi_fd_write (1, (__wasi_ciovec_t *) beyond, 1024, &n), __WASI_ERRNO_FAULT);
  CHECK_EQ ("long list", __wasi_fd_write (1, &from, 0xffffffff, &n), __WASI_ERRNO_INVAL);
  CHECK_EQ ("fdstat", __wasi_fd_fdstat_get (1, (__wasi_fdstat_t *) beyond), __WASI_ERRNO_FAULT);
  CHECK_EQ ("filestat", __wasi_fd_filestat_get (1, (__wasi_filestat_t *) beyond), __WASI_ERRNO_FAULT);
  CHECK_EQ ("clock", __wasi_clock_time_get (0, 0, (__wasi_timestamp_t *) -4), __WASI_ERRNO_FAULT);
  CHECK_EQ ("poll", __wasi_poll_oneoff ((__wasi_subscription_t *) beyond, (__wasi_event_t *) beyond, 1, &n), __WASI_ERRNO_FAULT);
  CHECK_EQ ("prestat", __wasi_fd_prestat_get (ROOT, (__wasi_prestat_t *) -4), __WASI_ERRNO_FAULT);
  CHECK_EQ ("readdir", __wasi_fd_readdir (ROOT, beyond, 64, 0, &n), __WASI_ERRNO_FAULT);
  CHECK_EQ ("arguments", __wasi_args_get ((uint8_t **) beyond, (uint8_t *) &n), __WASI_ERRNO_FAULT);
  CHECK_EQ ("arguments' bytes", __wasi_args_get ((uint8_t **) &n, (uint8_t *) -4), __WASI_ERRNO_FAULT);
  CHECK_EQ ("arguments' number", __wasi_args_sizes_get ((__wasi_size_t *) -2, &n), __WASI_ERRNO_FAULT);
  CHECK_EQ ("arguments' length", __wasi_args_sizes_get (&n, (__wasi_size_t *) beyond), __WASI_ERRNO_FAULT);
  CHECK_EQ ("at odd addresses", __wasi_args_sizes_get ((__wasi_size_t *) (odd + 1), (__wasi_size_t *) (odd + 7)), 0);
  CHECK_EQ ("environment", __wasi_environ_get ((uint8_t **) beyond, beyond), __WASI_ERRNO_FAULT);
  CHECK_EQ ("environment's number", __wasi_environ_sizes_get ((__wasi_size_t *) beyond, &n), __WASI_ERRNO_FAULT);
  CHECK_EQ ("environment's length", __wasi_environ_sizes_get (&n, (__wasi_size_t *) -1), __WASI_ERRNO_FAULT);
  CHECK_EQ ("random", __wasi_random_get (beyond, 64), __WASI_ERRNO_FAULT);
  CHECK_EQ ("random without end", __wasi_random_get ((uint8_t *) &n, 0xffffffff), __WASI_ERRNO_FAULT);
  CHECK_EQ ("short name", __wasi_fd_prestat_dir_name (ROOT, (uint8_t *) &n, 0), __WASI_ERRNO_NAMETOOLONG);
}

/* A pointer above 2 GiB is as good as any. */
static void
high_addresses (void)
{
  const size_t pages = __builtin_wasm_memory_size (0);
  const uintptr_t high = 0x80001000u;
  __wasi_size_t n;

  if (__builtin_wasm_memory_grow (0, 32770 - pages) == (size_t) -1)
    {
      printf ("FAIL no memory to try\n");
      return;
    }
  char *const text = (char *) high;
  __wasi_ciovec_t *const list = (__wasi_ciovec_t *) (high + 64);

  strcpy (text, "ok written from above 2 GiB\n");
  *list = (__wasi_ciovec_t) { (uint8_t *) text, strlen (text) };
  fflush (stdout);
  CHECK_EQ ("write", __wasi_fd_write (1, list, 1, (__wasi_size_t *) (high + 128)), 0);
  CHECK_EQ ("count", *(__wasi_size_t *) (high + 128), strlen (text));
  strcpy (text, "high");
  CHECK_EQ ("path", __wasi_path_create_directory (ROOT, text), 0);
  CHECK_EQ ("random", __wasi_random_get ((uint8_t *) high, 64), 0);
  CHECK_EQ ("clock", __wasi_clock_time_get (0, 0, (__wasi_timestamp_t *) (high + 8)), 0);
  CHECK_EQ ("readdir", __wasi_fd_readdir (ROOT, (uint8_t *) high, 4096, 0, &n), 0);
}

static void
sockets (void)
{
  __wasi_fd_t fd;
  __wasi_size_t n;
  __wasi_roflags_t flags;
  uint8_t byte[1];
  const __wasi_iovec_t into = { byte, 1 };
  const __wasi_ciovec_t from = { byte, 1 };

  CHECK_EQ ("shutdown nothing", __wasi_sock_shutdown (99, __WASI_SDFLAGS_RD), __WASI_ERRNO_BADF);
  CHECK_EQ ("shutdown a pipe", __wasi_sock_shutdown (1, __WASI_SDFLAGS_WR), __WASI_ERRNO_NOTSOCK);
  CHECK_EQ ("shutdown a directory", __wasi_sock_shutdown (ROOT, __WASI_SDFLAGS_WR), __WASI_ERRNO_NOTSOCK);
  CHECK_EQ ("receive", __wasi_sock_recv (0, &into, 1, 0, &n, &flags), __WASI_ERRNO_NOTSOCK);
  CHECK_EQ ("send", __wasi_sock_send (1, &from, 1, 0, &n), __WASI_ERRNO_NOTSOCK);
  CHECK_EQ ("accept", __wasi_sock_accept (0, 0, &fd), __WASI_ERRNO_NOTSOCK);
}

#define MANY (250u << 20)

static void
random_bytes (void)
{
  uint8_t *const many = malloc (MANY);
  static uint8_t first[100000], second[100000];
  int differ = 0;

  CHECK_EQ ("random", __wasi_random_get (first, sizeof first), 0);
  CHECK_EQ ("random again", __wasi_random_get (second, sizeof second), 0);
  for (size_t i = 0; i < sizeof first; i++)
    differ += first[i] != second[i];
  CHECK ("differs", differ > 90000);
  CHECK_EQ ("no bytes", __wasi_random_get (first, 0), 0);
  CHECK ("memory for many", many != NULL);
  CHECK_EQ ("many", __wasi_random_get (many, MANY), 0);
  CHECK ("up to the end", memcmp (many + MANY - 16, first, 16) != 0 && memcmp (many + MANY - 16, many + MANY - 32, 16) != 0);
  free (many);
}

int
main (void)
{
  addresses ();
  renumbering ();
  redirecting ();
  flags ();
  rights ();
  implied_rights ();
  sockets ();
  random_bytes ();
  high_addresses ();
  return 0;
}
