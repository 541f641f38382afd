/*
 * Directories that lie in each other: / can be written, its a/b is /ro (read-only), a/b/inner can be written, and so can
 * other. twice is given by two names, read-only by one of them; the argument says by which descriptor it is not.
 */
#define RO 4
#define INNER 5

static int
write_errno (__wasi_fd_t dir, const char *path)
{
  const __wasi_ciovec_t bytes = { (const uint8_t *) "changed", 7 };
  __wasi_size_t n;
  __wasi_fd_t fd;
  int err = __wasi_path_open (dir, 0, path, 0, __WASI_RIGHTS_FD_WRITE, 0, 0, &fd);

  if (err != 0)
    return err;
  err = __wasi_fd_write (fd, &bytes, 1, &n);
  __wasi_fd_close (fd);
  return err;
}

static int
times_errno (__wasi_fd_t fd)
{
  return __wasi_fd_filestat_set_times (fd, 0, 0, __WASI_FSTFLAGS_MTIM_NOW);
}

/* Whatever is done from outside, /ro stays where it is and cannot be written. */
static void
moving (void)
{
  const int busy = __WASI_ERRNO_BUSY;

  mkdir ("empty", 0777);
  CHECK_EQ ("its parent", __wasi_path_rename (ROOT, "a", ROOT, "c"), busy);
  CHECK_EQ ("its parent, with a slash", __wasi_path_rename (ROOT, "a/", ROOT, "c/"), busy);
  CHECK_EQ ("over its parent", __wasi_path_rename (ROOT, "empty", ROOT, "a"), busy);
  CHECK_EQ ("its parent removed", __wasi_path_remove_directory (ROOT, "a"), busy);
  CHECK_EQ ("its parent unlinked", __wasi_path_unlink_file (ROOT, "a"), busy);
  CHECK_EQ ("itself", __wasi_path_rename (ROOT, "a/b", ROOT, "c"), __WASI_ERRNO_PERM);
  CHECK_EQ ("one that can be written", __wasi_path_rename (ROOT, "other", ROOT, "c"), busy);
  CHECK_EQ ("over one that can be written", __wasi_path_rename (ROOT, "empty", ROOT, "other"), busy);
  CHECK_EQ ("one that can be written, removed", __wasi_path_remove_directory (ROOT, "other"), busy);
  CHECK_EQ ("others move", __wasi_path_rename (ROOT, "empty", ROOT, "a/c"), 0);
  CHECK_EQ ("others go", __wasi_path_remove_directory (ROOT, "a/c"), 0);
  CHECK_EQ ("written by itself", write_errno (RO, "file"), __WASI_ERRNO_PERM);
  CHECK_EQ ("written from outside", write_errno (ROOT, "a/b/file"), __WASI_ERRNO_PERM);
}

/* What is opened below a read-only directory is read-only too, and so is what is opened from there. */
static void
inherited (void)
{
  __wasi_fd_t a, b, file;

  CHECK_EQ ("open around", __wasi_path_open (ROOT, 0, "a", __WASI_OFLAGS_DIRECTORY, -1ull & ~READ_WRITE, -1ull, 0, &a), 0);
  CHECK_EQ ("open within", __wasi_path_open (a, 0, "b", __WASI_OFLAGS_DIRECTORY, (-1ull & ~READ_WRITE) | __WASI_RIGHTS_FD_FILESTAT_SET_TIMES, -1ull, 0, &b), 0);
  CHECK_EQ ("around can be written", __wasi_path_create_directory (a, "new"), 0);
  CHECK_EQ ("within by the outer one", write_errno (a, "b/file"), __WASI_ERRNO_PERM);
  CHECK_EQ ("within", write_errno (b, "file"), __WASI_ERRNO_PERM);
  CHECK_EQ ("created within", __wasi_path_create_directory (b, "new"), __WASI_ERRNO_PERM);
  CHECK_EQ ("its times", times_errno (b), __WASI_ERRNO_PERM);
  CHECK_EQ ("a file", __wasi_path_open (b, 0, "file", 0, __WASI_RIGHTS_FD_READ | __WASI_RIGHTS_FD_FILESTAT_SET_TIMES, 0, 0, &file), 0);
  CHECK_EQ ("times of a file", times_errno (file), __WASI_ERRNO_PERM);
}

/* One directory given twice: each way has what it was given with, and the way from around has the stricter one. */
static void
twice (__wasi_fd_t own, __wasi_fd_t same)
{
  CHECK_EQ ("the one that may", write_errno (own, "file"), 0);
  CHECK_EQ ("the one that may not", write_errno (same, "file"), __WASI_ERRNO_PERM);
  CHECK_EQ ("from around", write_errno (ROOT, "twice/file"), __WASI_ERRNO_PERM);
  CHECK_EQ ("times of the one that may", times_errno (own), 0);
  CHECK_EQ ("times of the one that may not", times_errno (same), __WASI_ERRNO_PERM);
}

/* The innermost counts on the way down, but a read-only descriptor leads to nothing that can be written. */
static void
within_read_only (void)
{
  CHECK_EQ ("inner by itself", write_errno (INNER, "file"), 0);
  CHECK_EQ ("inner from the root", write_errno (ROOT, "a/b/inner/file"), 0);
  CHECK_EQ ("inner by what is read-only", write_errno (RO, "inner/file"), __WASI_ERRNO_PERM);
  CHECK_EQ ("inner moved", __wasi_path_rename (ROOT, "a/b/inner", ROOT, "c"), __WASI_ERRNO_BUSY);
}

int
main (int argc, char **argv)
{
  const __wasi_fd_t own = argc > 1 ? atoi (argv[1]) : 0;

  moving ();
  inherited ();
  twice (own, own == 7 ? 8 : 7);
  within_read_only ();
  return 0;
}
