/* Links, and attempts to leave the directory by them. /secret lies beside the guest's root, outside. */
static char buffer[300];

static int
open_errno (const char *path, __wasi_lookupflags_t lookup, __wasi_oflags_t oflags)
{
  __wasi_fd_t fd;
  const int error = __wasi_path_open (ROOT, lookup, path, oflags, __WASI_RIGHTS_FD_READ, 0, 0, &fd);

  if (error == 0 && __wasi_fd_close (fd) != 0)
    return -1;
  return error;
}

#define FOLLOW __WASI_LOOKUPFLAGS_SYMLINK_FOLLOW

static int
touch (const char *path)
{
  const int fd = open (path, O_CREAT | O_WRONLY, 0666);

  return write (fd, path, strlen (path)) < 0 || close (fd) != 0;
}

static void
symbolic (void)
{
  struct stat st, target;

  touch ("target");
  CHECK_EQ ("symlink", symlink ("target", "link"), 0);
  CHECK_EQ ("again", symlink ("target", "link"), -1);
  CHECK_EQ ("exists", errno, EEXIST);
  CHECK_EQ ("readlink", readlink ("link", buffer, sizeof buffer), 6);
  CHECK ("its content", !memcmp (buffer, "target", 6));
  memset (buffer, '-', sizeof buffer);
  CHECK_EQ ("readlink into little", readlink ("link", buffer, 4), 4);
  CHECK ("is cut", !memcmp (buffer, "targ-", 5));
  CHECK_EQ ("readlink of a file", readlink ("target", buffer, 4), -1);
  CHECK_EQ ("is none", errno, EINVAL);
  CHECK_EQ ("lstat", lstat ("link", &st), 0);
  CHECK ("is a link", S_ISLNK (st.st_mode));
  CHECK_EQ ("stat", stat ("link", &st), 0);
  stat ("target", &target);
  CHECK ("is the file", S_ISREG (st.st_mode) && st.st_ino == target.st_ino);
  CHECK_EQ ("open, following", open_errno ("link", FOLLOW, 0), 0);
  CHECK_EQ ("open, not following", open_errno ("link", 0, 0), __WASI_ERRNO_LOOP);
  CHECK_EQ ("create at it", open_errno ("link", FOLLOW, __WASI_OFLAGS_CREAT | __WASI_OFLAGS_EXCL), __WASI_ERRNO_EXIST);
  CHECK_EQ ("unlink it", unlink ("link"), 0);
  CHECK_EQ ("target stays", access ("target", F_OK), 0);
  CHECK_EQ ("with a slash", symlink ("target", "new/"), -1);
  CHECK_EQ ("is missing", errno, ENOENT);
  CHECK_EQ ("absolute", __wasi_path_symlink ("/etc/passwd", ROOT, "absolute"), __WASI_ERRNO_PERM);
}

static void
dangling (void)
{
  symlink ("nothing", "dangling");
  CHECK_EQ ("make a directory there", mkdir ("dangling/", 0777), -1);
  CHECK_EQ ("the link is in the way", errno, EEXIST);
  CHECK_EQ ("nothing was made", access ("nothing", F_OK), -1);
  CHECK_EQ ("open, following", open_errno ("dangling", FOLLOW, 0), __WASI_ERRNO_NOENT);
  CHECK_EQ ("open, not following", open_errno ("dangling", 0, 0), __WASI_ERRNO_LOOP);
  CHECK_EQ ("create through it", open_errno ("dangling", FOLLOW, __WASI_OFLAGS_CREAT), 0);
  CHECK_EQ ("created", access ("nothing", F_OK), 0);
  symlink ("loop", "loop");
  CHECK_EQ ("loop, following", open_errno ("loop", FOLLOW, 0), __WASI_ERRNO_LOOP);
  CHECK_EQ ("loop, not following", open_errno ("loop", 0, 0), __WASI_ERRNO_LOOP);
  symlink ("b", "a");
  symlink ("a", "b");
  CHECK_EQ ("mutual loop", open_errno ("a/x", FOLLOW, 0), __WASI_ERRNO_LOOP);
}

static void
through_directories (void)
{
  mkdir ("dir", 0777);
  mkdir ("dir/sub", 0777);
  touch ("dir/sub/file");
  symlink ("dir", "to-dir");
  symlink ("../dir/sub", "dir/again");
  CHECK_EQ ("through a link", open_errno ("to-dir/sub/file", 0, 0), 0);
  CHECK_EQ ("through two links", open_errno ("to-dir/again/file", 0, 0), 0);
  CHECK_EQ ("dots after a link", open_errno ("to-dir/again/../sub/file", 0, 0), 0);
  CHECK_EQ ("dots and slashes", open_errno ("dir/.//sub/../../dir/sub///./file", 0, 0), 0);
  CHECK_EQ ("file with a slash", open_errno ("dir/sub/file/", 0, 0), __WASI_ERRNO_NOTDIR);
  CHECK_EQ ("directory with a slash", open_errno ("dir/sub/", 0, 0), 0);
  CHECK_EQ ("link as a directory", open_errno ("to-dir", 0, __WASI_OFLAGS_DIRECTORY), __WASI_ERRNO_LOOP);
  CHECK_EQ ("link with a slash", open_errno ("to-dir/", 0, __WASI_OFLAGS_DIRECTORY), 0);
  CHECK_EQ ("empty path", open_errno ("", 0, 0), __WASI_ERRNO_NOENT);
  memset (buffer, 'n', 255);
  buffer[255] = 0;
  CHECK_EQ ("a long name", open_errno (buffer, 0, 0), __WASI_ERRNO_NOENT);
  memset (buffer, 'n', sizeof buffer - 1);
  CHECK_EQ ("too long a name", open_errno (buffer, 0, 0), __WASI_ERRNO_NAMETOOLONG);
}

/* From a directory, what is above it is out of reach although the root would allow it. */
static void
below_a_directory (void)
{
  __wasi_fd_t fd, file;
  const int dir = open ("dir", O_RDONLY | O_DIRECTORY);

  CHECK_EQ ("below", __wasi_path_open (dir, 0, "sub/file", 0, 0, 0, 0, &fd), 0);
  CHECK_EQ ("above", __wasi_path_open (dir, 0, "../target", 0, 0, 0, 0, &file), __WASI_ERRNO_PERM);
  CHECK_EQ ("above and back", __wasi_path_open (dir, 0, "../dir/sub", 0, 0, 0, 0, &file), __WASI_ERRNO_PERM);
  CHECK_EQ ("by a link", __wasi_path_open (dir, FOLLOW, "again", 0, 0, 0, 0, &file), __WASI_ERRNO_PERM);
  CHECK_EQ ("from a file", __wasi_path_open (fd, 0, "x", 0, 0, 0, 0, &file), __WASI_ERRNO_NOTDIR);
}

static void
hard (void)
{
  struct stat st;

  touch ("one");
  CHECK_EQ ("link", link ("one", "two"), 0);
  stat ("two", &st);
  CHECK_EQ ("two names", st.st_nlink, 2);
  CHECK_EQ ("link over", link ("one", "two"), -1);
  CHECK_EQ ("exists", errno, EEXIST);
  CHECK_EQ ("link a directory", __wasi_path_link (ROOT, 0, "dir", ROOT, "three"), __WASI_ERRNO_PERM);
  CHECK_EQ ("link with a slash", __wasi_path_link (ROOT, 0, "one", ROOT, "three/"), __WASI_ERRNO_NOENT);
  CHECK_EQ ("following", __wasi_path_link (ROOT, FOLLOW, "one", ROOT, "three"), __WASI_ERRNO_INVAL);
  symlink ("nowhere", "broken");
  CHECK_EQ ("link a link", __wasi_path_link (ROOT, 0, "broken", ROOT, "three"), 0);
  CHECK ("is a link", lstat ("three", &st) == 0 && S_ISLNK (st.st_mode));
}

/* Nothing leads out: neither dots nor a name from the root nor a chain of links; nor does creating, renaming, linking. */
static void
escapes (void)
{
  static const char *const paths[] = { "../secret", "..", "dir/../../secret", "/secret", "/etc/passwd", "up/secret", "chain/secret", "deep/x/../../../secret", "direct", "/" };

  symlink ("..", "up");
  symlink ("up", "link-to-up");
  symlink ("link-to-up", "chain");
  symlink ("../secret", "direct");
  mkdir ("deep", 0777);
  mkdir ("deep/x", 0777);
  for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
    {
      __wasi_filestat_t st;

      CHECK_EQ (paths[i], open_errno (paths[i], FOLLOW, 0), __WASI_ERRNO_PERM);
      CHECK_EQ (paths[i], open_errno (paths[i], FOLLOW, __WASI_OFLAGS_CREAT), __WASI_ERRNO_PERM);
      CHECK_EQ (paths[i], __wasi_path_filestat_get (ROOT, FOLLOW, paths[i], &st), __WASI_ERRNO_PERM);
    }
  CHECK_EQ ("made outside", __wasi_path_create_directory (ROOT, "up/made"), __WASI_ERRNO_PERM);
  CHECK_EQ ("removed outside", __wasi_path_unlink_file (ROOT, "up/secret"), __WASI_ERRNO_PERM);
  CHECK_EQ ("renamed in", __wasi_path_rename (ROOT, "up/secret", ROOT, "mine"), __WASI_ERRNO_PERM);
  CHECK_EQ ("renamed out", __wasi_path_rename (ROOT, "one", ROOT, "up/one"), __WASI_ERRNO_PERM);
  CHECK_EQ ("linked in", __wasi_path_link (ROOT, 0, "../secret", ROOT, "mine"), __WASI_ERRNO_PERM);
  CHECK_EQ ("linked out", __wasi_path_link (ROOT, 0, "one", ROOT, "../mine"), __WASI_ERRNO_PERM);
  CHECK_EQ ("symlink outside", __wasi_path_symlink ("x", ROOT, "up/x"), __WASI_ERRNO_PERM);
  CHECK_EQ ("times outside", __wasi_path_filestat_set_times (ROOT, FOLLOW, "direct", 0, 0, __WASI_FSTFLAGS_MTIM), __WASI_ERRNO_PERM);
  CHECK_EQ ("removing the root", __wasi_path_remove_directory (ROOT, "dir/.."), __WASI_ERRNO_INVAL);
}

__attribute__ ((import_module ("wasi_snapshot_preview1"), import_name ("path_open"))) int
raw_path_open (int, int, const char *, int, int, long long, long long, int, int *);

/* A NUL would cut the path for the kernel. */
static void
with_nul (void)
{
  int fd;

  CHECK_EQ ("NUL at the end", raw_path_open (ROOT, 0, "target\0", 7, 0, 0, 0, 0, &fd), __WASI_ERRNO_INVAL);
  CHECK_EQ ("NUL within", raw_path_open (ROOT, 0, "target\0x", 8, 0, 0, 0, 0, &fd), __WASI_ERRNO_INVAL);
  CHECK_EQ ("path outside of the memory", raw_path_open (ROOT, 0, (char *) -8, 16, 0, 0, 0, 0, &fd), __WASI_ERRNO_FAULT);
  CHECK_EQ ("result outside of the memory", raw_path_open (ROOT, 0, "target", 6, 0, 0, 0, 0, (int *) -2), __WASI_ERRNO_FAULT);
}

/* What takes a name away means the name: a slash behind a link does not make it the directory it leads to. */
static void
slashes (void)
{
  struct stat st;
  const int notdir = __WASI_ERRNO_NOTDIR;

  mkdir ("kept", 0777);
  mkdir ("moved", 0777);
  symlink ("kept", "to-kept");
  symlink ("nothing", "to-nothing");
  CHECK_EQ ("rmdir", __wasi_path_remove_directory (ROOT, "to-kept/"), notdir);
  CHECK_EQ ("rmdir without a slash", __wasi_path_remove_directory (ROOT, "to-kept"), notdir);
  CHECK_EQ ("rmdir of nothing", __wasi_path_remove_directory (ROOT, "to-nothing/"), notdir);
  CHECK_EQ ("unlink", __wasi_path_unlink_file (ROOT, "to-kept/"), notdir);
  CHECK_EQ ("rename from", __wasi_path_rename (ROOT, "to-kept/", ROOT, "new"), notdir);
  CHECK_EQ ("rename to", __wasi_path_rename (ROOT, "moved", ROOT, "to-kept/"), notdir);
  CHECK_EQ ("within it", __wasi_path_create_directory (ROOT, "to-kept/within"), 0);
  CHECK_EQ ("rmdir within it", __wasi_path_remove_directory (ROOT, "to-kept/within/"), 0);
  CHECK ("kept", stat ("kept", &st) == 0 && lstat ("to-kept", &st) == 0 && S_ISLNK (st.st_mode));
}

int
main (void)
{
  symbolic ();
  dangling ();
  through_directories ();
  below_a_directory ();
  hard ();
  escapes ();
  slashes ();
  with_nul ();
  return 0;
}
