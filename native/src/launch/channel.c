/* Descriptors in the hands of the worker: sockets, pipes, memfds, locks. */
#include "launch.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/memfd.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U /* Linux 6.3 */
#endif

static int
make_non_blocking (int fd)
{
  return fcntl (fd, F_SETFL, fcntl (fd, F_GETFL) | O_NONBLOCK) < 0 ? -errno : 0;
}

int32_t
sbx_channel_create (int32_t ends[2])
{
  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
    return -errno;
  return make_non_blocking (ends[0]);
}

int32_t
sbx_channel_send (int32_t fd, const uint8_t *message, uint32_t length, const int32_t *fds, uint32_t fd_count)
{
  union
  {
    struct cmsghdr header;
    char space[CMSG_SPACE (sizeof (int) * SBX_MAX_FDS)];
  } control = { 0 };
  struct iovec iov = { .iov_base = (void *)message, .iov_len = length };
  struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

  if (fd_count > SBX_MAX_FDS)
    return -EINVAL;
  if (fd_count > 0)
    {
      control.header.cmsg_level = SOL_SOCKET;
      control.header.cmsg_type = SCM_RIGHTS;
      control.header.cmsg_len = CMSG_LEN (sizeof (int) * fd_count);
      memcpy (CMSG_DATA (&control.header), fds, sizeof (int) * fd_count);
      msg.msg_control = &control;
      msg.msg_controllen = CMSG_SPACE (sizeof (int) * fd_count);
    }
  return sendmsg (fd, &msg, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 ? -errno : 0;
}

int32_t
sbx_channel_receive (int32_t fd, struct sbx_report *report)
{
  ssize_t got = recv (fd, report, sizeof *report, MSG_DONTWAIT);

  /* The other side ended without reading everything. Told once, before what it had still to say. */
  if (got < 0 && errno == ECONNRESET)
    got = recv (fd, report, sizeof *report, MSG_DONTWAIT);
  if (got < 0)
    return -errno;
  if (got == 0)
    return 0;
  return got == (ssize_t)sizeof *report ? 1 : -EPROTO;
}

int32_t
sbx_pipe_create (int32_t ends[2], int32_t ours)
{
  if (pipe2 (ends, O_CLOEXEC) < 0)
    return -errno;
  return make_non_blocking (ends[ours]);
}

int32_t
sbx_memfd_create (const char *name)
{
  /* Before Linux 6.3 every memfd is executable and the flag is refused. */
  long fd = syscall (SYS_memfd_create, name, MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);

  if (fd < 0 && errno == EINVAL)
    fd = syscall (SYS_memfd_create, name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
  return fd < 0 ? -errno : (int32_t)fd;
}

int32_t
sbx_memfd_seal (int32_t fd)
{
  return fcntl (fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) < 0 ? -errno : 0;
}

int32_t
sbx_file_lock (int32_t fd)
{
  return flock (fd, LOCK_EX | LOCK_NB) < 0 ? -errno : 0;
}

int32_t
sbx_slot_kill (int32_t pidfd, int32_t signal)
{
  return syscall (SYS_pidfd_send_signal, pidfd, signal, NULL, 0) < 0 ? -errno : 0;
}

int32_t
sbx_layout_size (int32_t structure)
{
  static const int32_t sizes[] = {
    sizeof (struct sbx_frame),       sizeof (struct sbx_error),    sizeof (struct sbx_report),
    sizeof (struct sbx_launch),      sizeof (struct sbx_launched), sizeof (struct sbx_denied),
    sizeof (struct sbx_file_record),
  };

  if (structure < 0 || structure >= (int32_t)(sizeof sizes / sizeof sizes[0]))
    return -EINVAL;
  return sizes[structure];
}
