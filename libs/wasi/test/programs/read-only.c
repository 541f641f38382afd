/* /in is read-only and lies below /, which is not. */
#define IN 4

static void
refused_at (__wasi_fd_t dir, const char *file, const char *new, const char *sub)
{
  __wasi_fd_t fd;
  const int perm = __WASI_ERRNO_PERM;

  CHECK_EQ ("read", __wasi_path_open (dir, 0, file, 0, __WASI_RIGHTS_FD_READ, 0, 0, &fd), 0);
  CHECK_EQ ("times by descriptor", __wasi_fd_filestat_set_times (fd, 0, 0, __WASI_FSTFLAGS_MTIM), __WASI_ERRNO_NOTCAPABLE);
  __wasi_fd_close (fd);
  CHECK_EQ ("read, with times", __wasi_path_open (dir, 0, file, 0, __WASI_RIGHTS_FD_READ | __WASI_RIGHTS_FD_FILESTAT_SET_TIMES, 0, 0, &fd), 0);
  CHECK_EQ ("times", __wasi_fd_filestat_set_times (fd, 0, 0, __WASI_FSTFLAGS_MTIM), perm);
  __wasi_fd_close (fd);
  /* As Go opens to read. */
  CHECK_EQ ("read, with the size", __wasi_path_open (dir, 0, file, 0, READ_WRITE & ~(__WASI_RIGHTS_FD_WRITE | __WASI_RIGHTS_FD_ALLOCATE | __WASI_RIGHTS_FD_DATASYNC), 0, 0, &fd), 0);
  CHECK_EQ ("set the size", __wasi_fd_filestat_set_size (fd, 0), __WASI_ERRNO_NOTCAPABLE);
  __wasi_fd_close (fd);
  CHECK_EQ ("set the size alone", __wasi_path_open (dir, 0, file, 0, __WASI_RIGHTS_FD_FILESTAT_SET_SIZE, 0, 0, &fd), perm);
  CHECK_EQ ("write", __wasi_path_open (dir, 0, file, 0, __WASI_RIGHTS_FD_WRITE, 0, 0, &fd), perm);
  CHECK_EQ ("read and write", __wasi_path_open (dir, 0, file, 0, READ_WRITE, 0, 0, &fd), perm);
  CHECK_EQ ("cut", __wasi_path_open (dir, 0, file, __WASI_OFLAGS_TRUNC, 0, 0, 0, &fd), perm);
  CHECK_EQ ("create", __wasi_path_open (dir, 0, new, __WASI_OFLAGS_CREAT, 0, 0, 0, &fd), perm);
  CHECK_EQ ("mkdir", __wasi_path_create_directory (dir, new), perm);
  CHECK_EQ ("rmdir", __wasi_path_remove_directory (dir, sub), perm);
  CHECK_EQ ("unlink", __wasi_path_unlink_file (dir, file), perm);
  CHECK_EQ ("symlink", __wasi_path_symlink ("x", dir, new), perm);
  CHECK_EQ ("times by path", __wasi_path_filestat_set_times (dir, 0, file, 0, 0, __WASI_FSTFLAGS_MTIM), perm);
  CHECK_EQ ("rename within", __wasi_path_rename (dir, file, dir, new), perm);
  CHECK_EQ ("rename out", __wasi_path_rename (dir, file, ROOT, "stolen"), perm);
  CHECK_EQ ("rename in", __wasi_path_rename (ROOT, "mine", dir, new), perm);
  CHECK_EQ ("link out", __wasi_path_link (dir, 0, file, ROOT, "stolen"), perm);
  CHECK_EQ ("link in", __wasi_path_link (ROOT, 0, "mine", dir, new), perm);
}

int
main (void)
{
  char text[16] = "";
  __wasi_fd_t sub;
  int fd = open ("mine", O_CREAT | O_WRONLY, 0666);

  CHECK_EQ ("the rest can be written", write (fd, "mine", 4), 4);
  close (fd);
  fd = open ("/in/file", O_RDONLY);
  CHECK_EQ ("read by the C library", read (fd, text, 16), 7);
  CHECK ("content", !strcmp (text, "content"));
  CHECK_EQ ("written by the C library", open ("/in/file", O_RDWR), -1);
  CHECK_EQ ("not permitted", errno, EPERM);
  puts ("ok -- by its own descriptor");
  refused_at (IN, "file", "new", "sub");
  puts ("ok -- by way of the root");
  refused_at (ROOT, "in/file", "in/new", "in/sub");
  symlink ("in", "to-in");
  puts ("ok -- by a link");
  refused_at (ROOT, "to-in/file", "to-in/new", "to-in/sub");
  puts ("ok -- by a directory below it");
  CHECK_EQ ("open", __wasi_path_open (IN, 0, "sub", __WASI_OFLAGS_DIRECTORY, -1ull & ~READ_WRITE, -1ull, 0, &sub), 0);
  refused_at (sub, "file", "new", "empty");
  puts ("ok -- moving the directory itself");
  CHECK_EQ ("rename it", __wasi_path_rename (ROOT, "in", ROOT, "out"), __WASI_ERRNO_PERM);
  CHECK_EQ ("remove it", __wasi_path_remove_directory (ROOT, "in"), __WASI_ERRNO_PERM);
  return 0;
}
