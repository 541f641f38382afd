/* Memory: more than its share of it, in each of the places where it can be had. */
#include "hold.h"
#include "payload.h"
#include "verbs.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHUNK_BYTES (1u << 20)

static char chunk[CHUNK_BYTES];

static size_t
next_length (unsigned long long wanted, unsigned long long done)
{
  return wanted - done < CHUNK_BYTES ? (size_t)(wanted - done) : CHUNK_BYTES;
}

/* Maps and touches up to `wanted` bytes; returns how many, and why no more in `err`. */
static unsigned long long
touch_maps (unsigned long long wanted, int visibility, int *err)
{
  unsigned long long touched = 0;

  *err = 0;
  while (touched < wanted)
    {
      const size_t length = next_length (wanted, touched);
      char *map = mmap (NULL, length, PROT_READ | PROT_WRITE, visibility | MAP_ANONYMOUS, -1, 0);
      if (map == MAP_FAILED)
        {
          *err = errno;
          break;
        }
      memset (map, 1, length);
      touched += length;
    }
  return touched;
}

int
verb_memory_hog (char **args)
{
  int err = 0;
  const unsigned long long touched = touch_maps (read_number (args[0]), MAP_PRIVATE, &err);

  tell_and_hold ("touched", touched, err, args[1]);
  return EXIT_OK;
}

int
verb_shared_map (char **args)
{
  int err = 0;
  const unsigned long long touched = touch_maps (read_number (args[0]), MAP_SHARED, &err);

  tell_and_hold ("touched", touched, err, args[1]);
  return EXIT_OK;
}

struct share
{
  unsigned long long touched;
  int err;
};

/* Forks a child that touches `bytes`, tells so through the pipe and keeps them. */
static pid_t
fork_holder (unsigned long long bytes, int report_fd)
{
  const pid_t child = fork ();

  if (child != 0)
    return child;
  struct share share;
  memset (&share, 0, sizeof share);
  share.touched = touch_maps (bytes, MAP_PRIVATE, &share.err);
  write_all (report_fd, &share, sizeof share);
  for (;;)
    pause ();
}

int
verb_memory_children (char **args)
{
  const unsigned long long wanted = read_number (args[0]);
  const unsigned long long bytes = read_number (args[1]);
  pid_t *children = calloc (wanted + 1, sizeof *children);
  unsigned long long forked = 0;
  struct share sum = { .touched = 0, .err = 0 };
  int ends[2];

  if (children == NULL || pipe (ends) != 0)
    return fail ("calloc and pipe");
  while (forked < wanted && sum.err == 0)
    {
      struct share share = { .touched = 0, .err = 0 };
      const pid_t child = fork_holder (bytes, ends[1]);
      if (child < 0)
        sum.err = errno;
      /* The next one only when this one has its share. */
      else if (read (ends[0], &share, sizeof share) == sizeof share)
        {
          children[forked++] = child;
          sum.touched += share.touched;
          sum.err = share.err;
        }
    }
  tell_and_hold ("touched", sum.touched, sum.err, args[2]);
  while (forked > 0)
    kill (children[--forked], SIGKILL);
  while (wait (NULL) > 0)
    continue;
  free (children);
  return EXIT_OK;
}

int
verb_shrinking_pool (char **args)
{
  const unsigned long long wanted = read_number (args[0]);
  const unsigned long long between_ms = read_number (args[2]);
  unsigned long long forked = 0;
  int err = 0;
  const unsigned long long touched = touch_maps (read_number (args[1]), MAP_PRIVATE, &err);

  while (forked < wanted && err == 0)
    {
      const pid_t child = fork ();
      if (child == 0)
        {
          sleep_ms (++forked * between_ms);
          _exit (EXIT_OK);
        }
      err = child < 0 ? errno : 0;
      forked += child > 0;
    }
  while (wait (NULL) > 0)
    continue;
  tell_and_hold ("touched", touched, err, NULL);
  return EXIT_OK;
}

int
verb_memfd_fill (char **args)
{
  const unsigned long long wanted = read_number (args[0]);
  const int fd = memfd_create ("payload", MFD_CLOEXEC);
  unsigned long long written = 0;
  int err = 0;

  if (fd < 0)
    return fail ("memfd_create");
  signal (SIGXFSZ, SIG_IGN);
  while (written < wanted && err == 0)
    {
      const ssize_t length = write (fd, chunk, next_length (wanted, written));
      if (length < 0)
        err = errno;
      else
        written += (unsigned long long)length;
    }
  tell_and_hold ("wrote", written, err, args[1]);
  close (fd);
  return EXIT_OK;
}

int
verb_memfd_map (char **args)
{
  const unsigned long long wanted = read_number (args[0]);
  const int fd = memfd_create ("payload", MFD_CLOEXEC);
  char *map = MAP_FAILED;

  if (fd < 0)
    return fail ("memfd_create");
  signal (SIGXFSZ, SIG_IGN);
  if (ftruncate (fd, (off_t)wanted) == 0)
    map = mmap (NULL, wanted, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  const int err = map == MAP_FAILED ? errno : 0;
  if (err == 0)
    memset (map, 1, wanted);
  tell_and_hold ("touched", err == 0 ? wanted : 0, err, args[1]);
  close (fd);
  return EXIT_OK;
}

/* Makes a segment, touches it and lets go of it: it stays, and belongs to nobody's address space. Returns its
 * id, or -1. */
static int
leave_segment (size_t length)
{
  const int id = shmget (IPC_PRIVATE, length, IPC_CREAT | 0600);

  if (id < 0)
    return -1;
  char *map = shmat (id, NULL, 0);
  if ((intptr_t)map == -1)
    {
      shmctl (id, IPC_RMID, NULL);
      return -1;
    }
  memset (map, 1, length);
  shmdt (map);
  return id;
}

int
verb_sysv_fill (char **args)
{
  const unsigned long long wanted = read_number (args[0]);
  int *segments = calloc (wanted / CHUNK_BYTES + 1, sizeof *segments);
  unsigned long long touched = 0;
  size_t count = 0;
  int err = 0;

  if (segments == NULL)
    return fail ("calloc");
  while (touched < wanted && err == 0)
    {
      const size_t length = next_length (wanted, touched);
      const int id = leave_segment (length);
      if (id < 0)
        err = errno;
      else
        {
          segments[count++] = id;
          touched += length;
        }
    }
  tell_and_hold ("touched", touched, err, args[1]);
  while (count > 0)
    shmctl (segments[--count], IPC_RMID, NULL);
  free (segments);
  return EXIT_OK;
}

/* Opens a pipe, makes it as large as it may be and fills it. Returns how many bytes it took, or -1. */
static long
fill_pipe (void)
{
  int ends[2];
  long filled = 0;
  ssize_t length;

  if (pipe2 (ends, O_NONBLOCK | O_CLOEXEC) != 0)
    return -1;
  /* What a user's pipes may hold together is limited: pipe(7). Then it stays as it is. */
  fcntl (ends[1], F_SETPIPE_SZ, CHUNK_BYTES);
  while ((length = write (ends[1], chunk, CHUNK_BYTES)) > 0)
    filled += length;
  return filled;
}

int
verb_pipe_fill (char **args)
{
  const unsigned long long wanted = read_number (args[0]);
  unsigned long long filled = 0;
  int err = 0;

  while (filled < wanted && err == 0)
    {
      const long length = fill_pipe ();
      if (length < 0)
        err = errno;
      else
        filled += (unsigned long long)length;
    }
  tell_and_hold ("filled", filled, err, args[1]);
  return EXIT_OK;
}
