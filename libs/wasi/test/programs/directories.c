/* Directories and what fd_readdir tells of them. */
static int
count (const char *path, const char *wanted, int *type, unsigned long long *ino)
{
  DIR *dir = opendir (path);
  struct dirent *entry;
  int n = 0, found = 0;

  while (dir != NULL && (entry = readdir (dir)) != NULL)
    {
      n++;
      if (strcmp (entry->d_name, wanted))
        continue;
      found++;
      *type = entry->d_type;
      *ino = entry->d_ino;
    }
  closedir (dir);
  return found == 1 ? n : -1 - n;
}

static int
touch (const char *path)
{
  const int fd = open (path, O_CREAT | O_WRONLY, 0666);

  close (fd);
  return fd < 0;
}

static void
making (void)
{
  CHECK_EQ ("mkdir", mkdir ("d", 0777), 0);
  CHECK_EQ ("mkdir again", mkdir ("d", 0777), -1);
  CHECK_EQ ("exists", errno, EEXIST);
  CHECK_EQ ("mkdir below nothing", mkdir ("x/y", 0777), -1);
  CHECK_EQ ("is missing", errno, ENOENT);
  CHECK_EQ ("mkdir with a slash", mkdir ("d/e/", 0777), 0);
  CHECK_EQ ("rmdir not empty", rmdir ("d"), -1);
  CHECK_EQ ("is not empty", errno, ENOTEMPTY);
  CHECK_EQ ("rmdir with a slash", rmdir ("d/e/"), 0);
  CHECK_EQ ("unlink a directory", unlink ("d"), -1);
  CHECK_EQ ("is a directory", errno, EISDIR);
  CHECK_EQ ("touch", touch ("f"), 0);
  CHECK_EQ ("rmdir a file", rmdir ("f"), -1);
  CHECK_EQ ("is none", errno, ENOTDIR);
  CHECK_EQ ("rmdir dot", __wasi_path_remove_directory (ROOT, "."), __WASI_ERRNO_INVAL);
  CHECK_EQ ("rmdir dot below", __wasi_path_remove_directory (ROOT, "d/."), __WASI_ERRNO_INVAL);
  CHECK_EQ ("open for writing", open ("d", O_RDWR | O_DIRECTORY), -1);
  CHECK_EQ ("is no file", errno, EISDIR);
  CHECK_EQ ("rename", rename ("d", "renamed"), 0);
  CHECK_EQ ("rename with slashes", rename ("renamed/", "d/"), 0);
  CHECK_EQ ("rename onto a file", rename ("d", "f"), -1);
  CHECK_EQ ("is no directory", errno, ENOTDIR);
  CHECK_EQ ("rename a file onto it", rename ("f", "d"), -1);
  CHECK_EQ ("is one", errno, EISDIR);
  CHECK_EQ ("rename a file to one", rename ("f", "none/"), -1);
  CHECK_EQ ("would have to be one", errno, ENOTDIR);
}

static void
reading (void)
{
  struct stat st;
  int type = 0;
  unsigned long long ino = 0;

  CHECK_EQ ("empty has two", count ("d", "..", &type, &ino), 2);
  CHECK_EQ ("two dots are a directory", type, DT_DIR);
  stat ("d", &st);
  count ("d", ".", &type, &ino);
  CHECK_EQ ("a dot has the inode", ino, st.st_ino);
  touch ("d/file");
  symlink ("file", "d/link");
  mkdir ("d/sub", 0777);
  stat ("d/file", &st);
  CHECK_EQ ("file", count ("d", "file", &type, &ino), 5);
  CHECK_EQ ("file's type", type, DT_REG);
  CHECK_EQ ("file's inode", ino, st.st_ino);
  count ("d", "link", &type, &ino);
  CHECK_EQ ("link's type", type, DT_LNK);
  count ("d", "sub", &type, &ino);
  CHECK_EQ ("directory's type", type, DT_DIR);
  CHECK_EQ ("a file is no directory", opendir ("d/file") == NULL && errno == ENOTDIR, 1);
}

static int
asked (__wasi_fd_t dir)
{
  __wasi_filestat_t st;

  return __wasi_path_filestat_get (dir, 0, "new", &st);
}

/* A descriptor stays with its directory: when that has lost its name, another one of that name is not meant. */
static void
removing (void)
{
  const __wasi_rights_t all = (-1ull & ~READ_WRITE) | __WASI_RIGHTS_FD_FILESTAT_GET;
  const int noent = __WASI_ERRNO_NOENT;
  __wasi_fd_t gone, from, to, fd;
  __wasi_filestat_t st;
  __wasi_size_t used;
  uint8_t bytes[64];

  mkdir ("gone", 0777);
  CHECK_EQ ("open", __wasi_path_open (ROOT, 0, "gone", __WASI_OFLAGS_DIRECTORY, all, -1ull, 0, &gone), 0);
  CHECK_EQ ("remove what is open", rmdir ("gone"), 0);
  for (int again = 0; again < 2; again++)
    {
      CHECK_EQ ("look", asked (gone), noent);
      CHECK_EQ ("create", __wasi_path_open (gone, 0, "x", __WASI_OFLAGS_CREAT, READ_WRITE, 0, 0, &fd), noent);
      CHECK_EQ ("make", __wasi_path_create_directory (gone, "y"), noent);
      CHECK_EQ ("link", __wasi_path_symlink ("to", gone, "z"), noent);
      CHECK_EQ ("read", __wasi_fd_readdir (gone, bytes, sizeof bytes, 0, &used), noent);
      CHECK_EQ ("itself", __wasi_fd_filestat_get (gone, &st), 0);
      mkdir ("gone", 0777);
      touch ("gone/new");
    }
  mkdir ("leaving", 0777);
  mkdir ("arrival", 0777);
  touch ("leaving/new");
  CHECK_EQ ("open from", __wasi_path_open (ROOT, 0, "leaving", __WASI_OFLAGS_DIRECTORY, all, -1ull, 0, &from), 0);
  CHECK_EQ ("open to", __wasi_path_open (ROOT, 0, "arrival", __WASI_OFLAGS_DIRECTORY, all, -1ull, 0, &to), 0);
  CHECK_EQ ("rename onto an empty one", rename ("leaving", "arrival"), 0);
  CHECK_EQ ("the one that is gone", asked (to), noent);
  CHECK_EQ ("the one that moved", asked (from), 0);
  CHECK_EQ ("rename to its own name", rename ("arrival", "arrival"), 0);
  CHECK_EQ ("nothing moved", asked (from), 0);
}

/* A thousand names through a small buffer, in pieces; a removed file does not disturb the rest. */
static void
long_reading (void)
{
  uint8_t bytes[256];
  __wasi_size_t used = sizeof bytes;
  __wasi_dircookie_t cookie = 0;
  int total = 0;

  mkdir ("lots", 0777);
  for (int i = 0; i < 1000; i++)
    {
      char name[32];

      snprintf (name, sizeof name, "lots/file.%d", i);
      touch (name);
    }
  const int fd = open ("lots", O_RDONLY | O_DIRECTORY);
  while (used == sizeof bytes)
    {
      size_t at = 0;

      if (__wasi_fd_readdir (fd, bytes, sizeof bytes, cookie, &used) != 0)
        break;
      while (at + sizeof (__wasi_dirent_t) <= used)
        {
          __wasi_dirent_t entry;

          memcpy (&entry, bytes + at, sizeof entry);
          at += sizeof entry + entry.d_namlen;
          if (at > used)
            break;
          cookie = entry.d_next;
          total++;
        }
      if (total > 500)
        unlink ("lots/file.0");
    }
  CHECK_EQ ("every name once", total, 1002);
  CHECK_EQ ("readdir into nothing", __wasi_fd_readdir (fd, bytes, 0, 0, &used), 0);
  CHECK_EQ ("uses nothing", used, 0);
  CHECK_EQ ("readdir beyond", __wasi_fd_readdir (fd, bytes, sizeof bytes, 1u << 31, &used), 0);
  CHECK_EQ ("finds nothing", used, 0);
  CHECK_EQ ("readdir of a stream", __wasi_fd_readdir (1, bytes, sizeof bytes, 0, &used), __WASI_ERRNO_NOTDIR);
  close (fd);
}

/* A descriptor follows its directory when that gets another name. */
static void
moving (void)
{
  mkdir ("from", 0777);
  touch ("from/inside");
  const int fd = open ("from", O_RDONLY | O_DIRECTORY);
  CHECK_EQ ("rename while open", rename ("from", "to"), 0);
  CHECK_EQ ("found by the descriptor", faccessat (fd, "inside", F_OK, 0), 0);
  CHECK_EQ ("made by the descriptor", mkdirat (fd, "made", 0777), 0);
  CHECK_EQ ("stands there", access ("to/made", F_OK), 0);
  close (fd);
}

static void
operations_on_directories (void)
{
  uint8_t byte[1];
  const __wasi_iovec_t into = { byte, 1 };
  const __wasi_ciovec_t from = { byte, 1 };
  const int fd = open ("d", O_RDONLY | O_DIRECTORY);
  __wasi_size_t n;
  __wasi_filesize_t offset;
  __wasi_fdstat_t fdstat;

  CHECK_EQ ("fdstat", __wasi_fd_fdstat_get (fd, &fdstat), 0);
  CHECK_EQ ("type", fdstat.fs_filetype, __WASI_FILETYPE_DIRECTORY);
  CHECK_EQ ("no flags", fdstat.fs_flags, 0);
  CHECK_EQ ("read", __wasi_fd_read (fd, &into, 1, &n), __WASI_ERRNO_BADF);
  CHECK_EQ ("pread", __wasi_fd_pread (fd, &into, 1, 0, &n), __WASI_ERRNO_BADF);
  CHECK_EQ ("write", __wasi_fd_write (fd, &from, 1, &n), __WASI_ERRNO_BADF);
  CHECK_EQ ("pwrite", __wasi_fd_pwrite (fd, &from, 1, 0, &n), __WASI_ERRNO_BADF);
  CHECK_EQ ("seek", __wasi_fd_seek (fd, 0, __WASI_WHENCE_CUR, &offset), __WASI_ERRNO_BADF);
  CHECK_EQ ("tell", __wasi_fd_tell (fd, &offset), __WASI_ERRNO_BADF);
  CHECK_EQ ("allocate", __wasi_fd_allocate (fd, 0, 1), __WASI_ERRNO_NOTCAPABLE);
  CHECK_EQ ("set size", __wasi_fd_filestat_set_size (fd, 0), __WASI_ERRNO_NOTCAPABLE);
  CHECK_EQ ("sync", __wasi_fd_sync (fd), 0);
  CHECK_EQ ("datasync", __wasi_fd_datasync (ROOT), 0);
  close (fd);
}

/* What is open stays good when the descriptor that it was opened from is closed or replaced. */
static void
closing_the_root (void)
{
  __wasi_fd_t dir, again;
  __wasi_prestat_t prestat;
  const __wasi_rights_t all = -1ull & ~READ_WRITE;

  CHECK_EQ ("open the root", __wasi_path_open (ROOT, 0, ".", __WASI_OFLAGS_DIRECTORY, all, -1ull, 0, &dir), 0);
  CHECK_EQ ("close it", __wasi_fd_close (ROOT), 0);
  CHECK_EQ ("it is gone", __wasi_fd_prestat_get (ROOT, &prestat), __WASI_ERRNO_BADF);
  CHECK_EQ ("make something", __wasi_path_create_directory (dir, "after"), 0);
  CHECK_EQ ("its number is free", __wasi_path_open (dir, 0, "after", __WASI_OFLAGS_DIRECTORY, all, -1ull, 0, &again), 0);
  CHECK_EQ ("and taken", again, ROOT);
  CHECK_EQ ("put the other there", __wasi_fd_renumber (dir, ROOT), 0);
  CHECK_EQ ("make more", __wasi_path_create_directory (ROOT, "after/more"), 0);
}

int
main (void)
{
  making ();
  reading ();
  removing ();
  long_reading ();
  moving ();
  operations_on_directories ();
  closing_the_root ();
  return 0;
}
