#include "handover.h"
#include "denials.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LOOK_AGAIN_US 100

struct handover *
handover_create (void)
{
  struct handover *const handover
      = mmap (NULL, sizeof *handover, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

  if (handover == MAP_FAILED)
    return NULL;
  if (pipe2 (handover->alive, O_CLOEXEC) < 0)
    {
      munmap (handover, sizeof *handover);
      return NULL;
    }
  handover->error = (struct sbx_error){ .step = SBX_STEP_NONE };
  atomic_init (&handover->listener, -1);
  atomic_init (&handover->taken, false);
  return handover;
}

void
handover_release (struct handover *handover)
{
  for (int end = 0; end < 2; end++)
    if (handover->alive[end] >= 0)
      close (handover->alive[end]);
  munmap (handover, sizeof *handover);
}

int
handover_install (struct handover *handover, struct filter *filter)
{
  const int listener = filter_install_listening (filter);

  if (listener < 0)
    return listener;
  atomic_store (&handover->listener, listener);
  /* No system call here: it could be one that nobody answers yet. */
  while (!atomic_load (&handover->taken))
    continue;
  return 0;
}

/* Whether the pipe has ended, within `ms`; meanwhile calls are answered. */
static bool
has_ended (const struct handover *handover, int ms)
{
  struct pollfd polled[] = { { .fd = handover->alive[0] }, { .fd = denials_fd (), .events = POLLIN } };

  if (poll (polled, 2, ms) > 0 && polled[1].revents != 0)
    denials_serve ();
  return polled[0].revents != 0;
}

/* Our copy of a descriptor of the child, which is dropped to no privilege yet still one of our user
 * namespace. */
static int
take_descriptor (pid_t child, int fd)
{
  const int pidfd = (int)syscall (SYS_pidfd_open, child, 0);

  if (pidfd < 0)
    return -errno;
  const int copy = (int)syscall (SYS_pidfd_getfd, pidfd, fd, 0);
  const int result = copy < 0 ? -errno : copy;
  close (pidfd);
  return result;
}

int
handover_attend (struct handover *handover, pid_t child, const struct filter *filter)
{
  int listener = -1;

  close (handover->alive[1]);
  handover->alive[1] = -1;
  while (listener < 0 && !has_ended (handover, 0))
    {
      usleep (LOOK_AGAIN_US);
      listener = atomic_load (&handover->listener);
    }
  if (listener < 0)
    return 0; /* it gave up before, and says why */
  listener = take_descriptor (child, listener);
  if (listener < 0)
    return listener;
  denials_begin (listener, filter);
  atomic_store (&handover->taken, true);
  while (!has_ended (handover, -1))
    continue;
  return 0;
}
