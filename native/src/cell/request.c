#include "request.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* Requests are handled one at a time, so one buffer serves them all. */
static struct
{
  struct sbx_frame frame;
  uint8_t inline_body[SBX_INLINE_BYTES];
} buffer;

/* Takes the passed descriptors. The control buffer's padding can hold one more than fits: those are closed.
 */
static void
collect_fds (struct msghdr *msg, struct request *request)
{
  for (struct cmsghdr *c = CMSG_FIRSTHDR (msg); c != NULL; c = CMSG_NXTHDR (msg, c))
    {
      if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
        continue;
      const uint32_t passed = (uint32_t)((c->cmsg_len - CMSG_LEN (0)) / sizeof (int));

      for (uint32_t i = 0; i < passed; i++)
        {
          int fd;

          memcpy (&fd, CMSG_DATA (c) + i * sizeof fd, sizeof fd);
          if (request->fd_count < SBX_MAX_FDS)
            request->fds[request->fd_count++] = fd;
          else
            close (fd);
        }
    }
}

/* The first descriptor holds the body: maps it, so that no copy is made and nothing is allocated. */
static int
map_body (struct request *request, size_t length)
{
  struct stat st;
  const int fd = request->fd_count > 0 ? request->fds[0] : -1;

  if (fd < 0 || length == 0 || length > SBX_BODY_BYTES)
    return -EPROTO;
  if (fstat (fd, &st) < 0)
    return -errno;
  /* A shorter file would mean SIGBUS on access: mmap(2). */
  if (!S_ISREG (st.st_mode) || (size_t)st.st_size < length)
    return -EPROTO;
  void *mapping = mmap (NULL, length, PROT_READ, MAP_PRIVATE, fd, 0);
  if (mapping == MAP_FAILED)
    return -errno;
  request->mapping = mapping;
  request->mapping_length = length;
  request->body = (struct reader){ .at = mapping, .end = (const uint8_t *)mapping + length };
  close (fd);
  request->fd_count--;
  memmove (request->fds, request->fds + 1, request->fd_count * sizeof (int));
  return 1;
}

static int
find_body (struct request *request, size_t received)
{
  if (received < sizeof buffer.frame)
    return -EPROTO;
  request->kind = buffer.frame.request;
  if (buffer.frame.body_in_fd != 0)
    return map_body (request, buffer.frame.length);
  if (received - sizeof buffer.frame != buffer.frame.length)
    return -EPROTO;
  request->body
      = (struct reader){ .at = buffer.inline_body, .end = buffer.inline_body + buffer.frame.length };
  return 1;
}

int
request_receive (int socket, struct request *request)
{
  union
  {
    struct cmsghdr header;
    char space[CMSG_SPACE (sizeof (int) * SBX_MAX_FDS)];
  } control;
  struct iovec iov = { .iov_base = &buffer, .iov_len = sizeof buffer };
  struct msghdr msg
      = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control };
  ssize_t received;
  int result;

  *request = (struct request){ 0 };
  do
    received = recvmsg (socket, &msg, MSG_CMSG_CLOEXEC);
  while (received < 0 && errno == EINTR);
  if (received < 0)
    return errno == ECONNRESET ? 0 : -errno;
  collect_fds (&msg, request);
  if (received == 0)
    return 0;
  result = (msg.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) ? -EPROTO : find_body (request, (size_t)received);
  if (result < 0)
    request_release (request);
  return result;
}

int
request_take_fd (struct request *request, uint32_t index)
{
  if (index >= request->fd_count)
    return -1;
  const int fd = request->fds[index];
  request->fds[index] = -1;
  return fd;
}

void
request_release (struct request *request)
{
  for (uint32_t i = 0; i < request->fd_count; i++)
    if (request->fds[i] >= 0)
      close (request->fds[i]);
  request->fd_count = 0;
  if (request->mapping != NULL)
    munmap (request->mapping, request->mapping_length);
  request->mapping = NULL;
}
