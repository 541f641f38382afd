#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <wasi/api.h>

/* One line for each check: what was expected and what came, if they differ. */
#define CHECK_EQ(name, got, want)                                                   \
  do                                                                                \
    {                                                                               \
      const long long got_ = (long long) (got), want_ = (long long) (want);         \
      if (got_ == want_)                                                            \
        printf ("ok %s\n", name);                                                   \
      else                                                                          \
        printf ("FAIL %s: got %lld, expected %lld (line %d)\n", name, got_, want_, __LINE__); \
    }                                                                               \
  while (0)

#define CHECK(name, condition) CHECK_EQ (name, !!(condition), 1)

/* The descriptor of the first directory the guest was given. */
#define ROOT 3

/* Rights that a program asks for when it wants to read and write. */
#define READ_WRITE                                                                  \
  (__WASI_RIGHTS_FD_READ | __WASI_RIGHTS_FD_WRITE | __WASI_RIGHTS_FD_SEEK           \
   | __WASI_RIGHTS_FD_TELL | __WASI_RIGHTS_FD_FILESTAT_GET                          \
   | __WASI_RIGHTS_FD_FILESTAT_SET_SIZE | __WASI_RIGHTS_FD_FILESTAT_SET_TIMES       \
   | __WASI_RIGHTS_FD_FDSTAT_SET_FLAGS | __WASI_RIGHTS_FD_ALLOCATE                  \
   | __WASI_RIGHTS_FD_ADVISE | __WASI_RIGHTS_FD_SYNC | __WASI_RIGHTS_FD_DATASYNC    \
   | __WASI_RIGHTS_POLL_FD_READWRITE)
