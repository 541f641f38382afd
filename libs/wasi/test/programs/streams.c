/* Uses its standard streams in the way that its argument names. */
static char buffer[65536];

/* Copies stdin to stdout and says on stderr how much it was. */
static int
copy (size_t piece)
{
  long long total = 0;
  ssize_t n;

  while ((n = read (0, buffer, piece)) > 0)
    {
      if (write (1, buffer, n) != n)
        return 1;
      total += n;
    }
  fprintf (stderr, "%lld\n", total);
  return n == 0 ? 0 : 2;
}

/* Writes 16 MiB of a pattern by one call. */
static int
flood (void)
{
  const size_t size = 16 << 20;
  unsigned char *bytes = malloc (size);

  for (size_t i = 0; i < size; i++)
    bytes[i] = i * 31 + (i >> 16);
  return write (1, bytes, size) == (ssize_t) size ? 0 : 1;
}

/* Writes until the reader is gone and says on stderr which errno that was. */
static int
broken_pipe (void)
{
  while (write (1, buffer, sizeof buffer) >= 0)
    ;
  fprintf (stderr, "%d\n", errno == EPIPE);
  return 0;
}

static int
small_writes (void)
{
  memset (buffer, 'x', 127);
  buffer[127] = '\n';
  for (int i = 0; i < 2000; i++)
    if (write (1, buffer, 128) != 128)
      return 1;
  return 0;
}

/* Several buffers in one call, some of them empty, in and out. */
static int
vectors (void)
{
  char in[3][4] = { "", "", "" };
  const __wasi_iovec_t into[] = { { (uint8_t *) in[0], 2 }, { NULL, 0 }, { (uint8_t *) in[1], 3 }, { (uint8_t *) in[2], 3 } };
  __wasi_size_t n = 0;

  CHECK_EQ ("read into several", __wasi_fd_read (0, into, 4, &n), 0);
  CHECK_EQ ("read all", n, 7);
  CHECK ("read in order", !strcmp (in[0], "ab") && !strcmp (in[1], "cde") && !strcmp (in[2], "fg"));
  CHECK_EQ ("read nothing", __wasi_fd_read (0, into, 0, &n), 0);
  fflush (stdout);
  const __wasi_ciovec_t from[] = { { (uint8_t *) "ok wri", 6 }, { NULL, 0 }, { (uint8_t *) "te from several\n", 16 } };
  CHECK_EQ ("write from several", __wasi_fd_write (1, from, 3, &n), 0);
  CHECK_EQ ("wrote all", n, 22);
  return 0;
}

/* What streams are and are not. */
static int
nature (void)
{
  __wasi_fdstat_t fdstat;
  __wasi_filestat_t filestat;
  __wasi_filesize_t offset;
  __wasi_size_t n;
  __wasi_prestat_t prestat;
  const __wasi_ciovec_t byte = { (uint8_t *) "x", 1 };
  const __wasi_iovec_t into = { (uint8_t *) buffer, 1 };

  for (int fd = 0; fd < 3; fd++)
    {
      CHECK ("no terminal", !isatty (fd));
      CHECK_EQ ("fdstat", __wasi_fd_fdstat_get (fd, &fdstat), 0);
      CHECK_EQ ("flags", fdstat.fs_flags, 0);
      CHECK_EQ ("filestat", __wasi_fd_filestat_get (fd, &filestat), 0);
      CHECK_EQ ("seek", __wasi_fd_seek (fd, 0, __WASI_WHENCE_CUR, &offset), __WASI_ERRNO_SPIPE);
      CHECK_EQ ("tell", __wasi_fd_tell (fd, &offset), __WASI_ERRNO_SPIPE);
      CHECK_EQ ("no preopen", __wasi_fd_prestat_get (fd, &prestat), __WASI_ERRNO_BADF);
    }
  CHECK_EQ ("write to stdin", __wasi_fd_write (0, &byte, 1, &n), __WASI_ERRNO_BADF);
  CHECK_EQ ("read from stdout", __wasi_fd_read (1, &into, 1, &n), __WASI_ERRNO_BADF);
  CHECK_EQ ("pread", __wasi_fd_pread (0, &into, 1, 0, &n), __WASI_ERRNO_SPIPE);
  CHECK_EQ ("pwrite", __wasi_fd_pwrite (1, &byte, 1, 0, &n), __WASI_ERRNO_SPIPE);
  for (int fd = 3; fd < 40; fd++)
    if (__wasi_fd_fdstat_get (fd, &fdstat) != __WASI_ERRNO_BADF)
      printf ("FAIL descriptor %d exists\n", fd);
  CHECK_EQ ("nothing at 2^31", __wasi_fd_fdstat_get (0x80000000u, &fdstat), __WASI_ERRNO_BADF);
  CHECK_EQ ("nothing at -1", __wasi_fd_fdstat_get (-1, &fdstat), __WASI_ERRNO_BADF);
  CHECK_EQ ("closing nothing", __wasi_fd_close (-1), __WASI_ERRNO_BADF);
  return 0;
}

int
main (int argc, char **argv)
{
  const char *verb = argc > 1 ? argv[1] : "";

  if (!strcmp (verb, "copy"))
    return copy (sizeof buffer);
  if (!strcmp (verb, "copy-slowly"))
    return copy (100);
  if (!strcmp (verb, "flood"))
    return flood ();
  if (!strcmp (verb, "broken-pipe"))
    return broken_pipe ();
  if (!strcmp (verb, "small-writes"))
    return small_writes ();
  if (!strcmp (verb, "vectors"))
    return vectors ();
  if (!strcmp (verb, "nature"))
    return nature ();
  if (!strcmp (verb, "close-stdout"))
    return close (1) == 0 && read (0, buffer, 1) == 0 ? 0 : 1;
  if (!strcmp (verb, "hello-then-wait"))
    return write (1, "hello\n", 6) == 6 && read (0, buffer, 1) == 0 ? 0 : 1;
  return 99;
}
