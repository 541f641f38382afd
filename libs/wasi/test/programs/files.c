/* Regular files: what POSIX programs rely on. */
static char buffer[4096];

static void
put (const char *path, const char *text)
{
  const int fd = open (path, O_CREAT | O_TRUNC | O_WRONLY, 0666);

  CHECK_EQ ("put", write (fd, text, strlen (text)), strlen (text));
  close (fd);
}

static const char *
get (const char *path)
{
  const int fd = open (path, O_RDONLY);
  const ssize_t n = fd < 0 ? -1 : read (fd, buffer, sizeof buffer - 1);

  buffer[n < 0 ? 0 : n] = 0;
  close (fd);
  return n < 0 ? "<error>" : buffer;
}

static void
places (void)
{
  const int fd = open ("places", O_CREAT | O_RDWR, 0666);

  CHECK_EQ ("write", write (fd, "hello world", 11), 11);
  CHECK_EQ ("pwrite in the middle", pwrite (fd, "HE", 2, 0), 2);
  CHECK_EQ ("pwrite leaves the place", lseek (fd, 0, SEEK_CUR), 11);
  CHECK_EQ ("seek", lseek (fd, 6, SEEK_SET), 6);
  CHECK_EQ ("write in the middle", write (fd, "WO", 2), 2);
  CHECK ("nothing was inserted", !strcmp (get ("places"), "HEllo WOrld"));
  CHECK_EQ ("seek from the end", lseek (fd, -3, SEEK_END), 8);
  CHECK_EQ ("read", read (fd, buffer, 10), 3);
  CHECK ("read the end", !memcmp (buffer, "rld", 3));
  CHECK_EQ ("read at the end", read (fd, buffer, 10), 0);
  CHECK_EQ ("pread", pread (fd, buffer, 5, 6), 5);
  CHECK ("pread there", !memcmp (buffer, "WOrld", 5));
  CHECK_EQ ("pread beyond", pread (fd, buffer, 5, 1000), 0);
  CHECK_EQ ("seek before the start", lseek (fd, -1, SEEK_SET), -1);
  CHECK_EQ ("is invalid", errno, EINVAL);
  CHECK_EQ ("seek beyond", lseek (fd, 20, SEEK_SET), 20);
  CHECK_EQ ("write beyond", write (fd, "!", 1), 1);
  CHECK_EQ ("the gap is zero", pread (fd, buffer, 21, 0) == 21 && buffer[15] == 0 && buffer[20] == '!', 1);
  CHECK_EQ ("truncate", ftruncate (fd, 5), 0);
  CHECK ("is cut", !strcmp (get ("places"), "HEllo"));
  CHECK_EQ ("lengthen", ftruncate (fd, 8), 0);
  CHECK_EQ ("still good", pread (fd, buffer, 10, 0), 8);
  CHECK_EQ ("allocate", posix_fallocate (fd, 0, 100), 0);
  CHECK_EQ ("grew", lseek (fd, 0, SEEK_END), 100);
  CHECK_EQ ("allocate within", posix_fallocate (fd, 10, 10), 0);
  CHECK_EQ ("did not shrink", lseek (fd, 0, SEEK_END), 100);
  CHECK_EQ ("allocate from nowhere", __wasi_fd_allocate (fd, UINT64_MAX, 1), __WASI_ERRNO_INVAL);
  CHECK_EQ ("allocate too much", __wasi_fd_allocate (fd, 1ull << 62, 1ull << 62), __WASI_ERRNO_FBIG);
  CHECK_EQ ("seek from nowhere", __wasi_fd_seek (fd, 0, 3, &(__wasi_filesize_t) { 0 }), __WASI_ERRNO_INVAL);
  CHECK_EQ ("advise", posix_fadvise (fd, 0, 0, POSIX_FADV_SEQUENTIAL), 0);
  CHECK_EQ ("fsync", fsync (fd), 0);
  CHECK_EQ ("fdatasync", fdatasync (fd), 0);
  CHECK_EQ ("close", close (fd), 0);
  CHECK_EQ ("close twice", close (fd), -1);
  CHECK_EQ ("is bad", errno, EBADF);
}

static void
appending (void)
{
  put ("append", "one");
  const int fd = open ("append", O_WRONLY | O_APPEND);

  CHECK_EQ ("is appending", fcntl (fd, F_GETFL) & O_APPEND, O_APPEND);
  CHECK_EQ ("append", write (fd, "two", 3), 3);
  CHECK_EQ ("rewind", lseek (fd, 0, SEEK_SET), 0);
  CHECK_EQ ("append again", write (fd, "three", 5), 5);
  CHECK ("appended", !strcmp (get ("append"), "onetwothree"));
  CHECK_EQ ("stop appending", fcntl (fd, F_SETFL, 0), 0);
  CHECK_EQ ("is not appending", fcntl (fd, F_GETFL) & O_APPEND, 0);
  CHECK_EQ ("rewind again", lseek (fd, 0, SEEK_SET), 0);
  CHECK_EQ ("overwrite", write (fd, "ONE", 3), 3);
  CHECK ("overwrote", !strcmp (get ("append"), "ONEtwothree"));
  close (fd);
}

static void
modes (void)
{
  put ("mode", "text");
  int fd = open ("mode", O_RDONLY);
  CHECK_EQ ("write to read-only", write (fd, "x", 1), -1);
  CHECK_EQ ("is bad", errno, EBADF);
  close (fd);
  fd = open ("mode", O_WRONLY);
  CHECK_EQ ("read from write-only", read (fd, buffer, 1), -1);
  CHECK_EQ ("is bad too", errno, EBADF);
  close (fd);
  CHECK_EQ ("exclusive", open ("mode", O_CREAT | O_EXCL | O_RDWR, 0666), -1);
  CHECK_EQ ("exists", errno, EEXIST);
  CHECK_EQ ("missing", open ("missing", O_RDONLY), -1);
  CHECK_EQ ("is missing", errno, ENOENT);
  CHECK_EQ ("below a file", open ("mode/x", O_RDONLY), -1);
  CHECK_EQ ("no directory", errno, ENOTDIR);
  CHECK_EQ ("as a directory", open ("mode", O_RDONLY | O_DIRECTORY), -1);
  CHECK_EQ ("is none", errno, ENOTDIR);
  fd = open ("mode", O_RDWR | O_TRUNC);
  CHECK_EQ ("truncated at opening", lseek (fd, 0, SEEK_END), 0);
  close (fd);
  fd = open ("creat", O_CREAT | O_RDONLY, 0666);
  CHECK ("created for reading", fd >= 0);
  close (fd);
}

static void
names (void)
{
  struct stat st;

  put ("old", "old content");
  put ("new", "new content");
  CHECK_EQ ("rename over", rename ("new", "old"), 0);
  CHECK ("renamed over", !strcmp (get ("old"), "new content"));
  CHECK_EQ ("source is gone", access ("new", F_OK), -1);
  const int fd = open ("old", O_RDWR);
  CHECK_EQ ("unlink while open", unlink ("old"), 0);
  CHECK_EQ ("read while unlinked", read (fd, buffer, 100), 11);
  CHECK_EQ ("write while unlinked", write (fd, "more", 4), 4);
  CHECK_EQ ("stat while unlinked", fstat (fd, &st), 0);
  CHECK_EQ ("has no link", st.st_nlink, 0);
  CHECK_EQ ("has its size", st.st_size, 15);
  close (fd);
  put ("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "unicode");
  CHECK ("unicode name", !strcmp (get ("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"), "unicode"));
  CHECK_EQ ("name that is not UTF-8", open ("\xff\xfe", O_RDONLY), -1);
  CHECK_EQ ("is refused", errno, EILSEQ);
  put ("with space and \\ and \"", "odd");
  CHECK ("odd name", !strcmp (get ("with space and \\ and \""), "odd"));
  put ("empty", "");
  CHECK_EQ ("empty file", stat ("empty", &st), 0);
  CHECK_EQ ("has no size", st.st_size, 0);
  CHECK ("is regular", S_ISREG (st.st_mode));
}

static void
large (void)
{
  const size_t size = 8 << 20;
  unsigned char *bytes = malloc (size), *again = malloc (size);
  const int fd = open ("large", O_CREAT | O_RDWR, 0666);

  for (size_t i = 0; i < size; i++)
    bytes[i] = i * 7 + (i >> 12);
  CHECK_EQ ("write at once", write (fd, bytes, size), size);
  CHECK_EQ ("read at once", pread (fd, again, size, 0), size);
  CHECK ("came back", !memcmp (bytes, again, size));
  lseek (fd, 1, SEEK_SET);
  CHECK_EQ ("read to the end", read (fd, again, size), size - 1);
  CHECK ("came back shifted", !memcmp (bytes + 1, again, size - 1));
  CHECK_EQ ("beyond 4 GiB", pwrite (fd, "x", 1, 5ll << 30), 1);
  CHECK_EQ ("size beyond 4 GiB", lseek (fd, 0, SEEK_END), (5ll << 30) + 1);
  close (fd);
  unlink ("large");
}

static void
many (void)
{
  int fds[40];

  for (int i = 0; i < 40; i++)
    {
      char name[16];

      snprintf (name, sizeof name, "many-%d", i);
      fds[i] = open (name, O_CREAT | O_RDWR, 0666);
    }
  CHECK ("all open", fds[0] > 2 && fds[39] == fds[0] + 39);
  close (fds[5]);
  CHECK_EQ ("the lowest free number is next", open ("many-5", O_RDONLY), fds[5]);
  for (int i = 0; i < 40; i++)
    close (fds[i]);
}

int
main (void)
{
  places ();
  appending ();
  modes ();
  names ();
  large ();
  many ();
  return 0;
}
