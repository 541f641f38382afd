#include "denials.h"
#include "report.h"
#include "serve.h"
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Of different calls; those beyond are answered and not counted. */
#define MAX_DENIED 64

static int listener_fd = -1;
static const struct filter *plain_filter;
static struct sbx_denied denied[MAX_DENIED];
static uint32_t denied_count;

void
denials_begin (int listener, const struct filter *filter)
{
  listener_fd = listener;
  plain_filter = filter;
  denied_count = 0;
}

int
denials_fd (void)
{
  return listener_fd;
}

static void
stop_listening (void)
{
  if (listener_fd >= 0)
    close (listener_fd);
  listener_fd = -1;
}

static void
count (const struct seccomp_data *data)
{
  for (uint32_t i = 0; i < denied_count; i++)
    if (denied[i].number == data->nr)
      {
        denied[i].count++;
        return;
      }
  if (denied_count == MAX_DENIED)
    return;
  struct sbx_denied *const first = denied + denied_count++;

  *first = (struct sbx_denied){ .kind = SBX_DENIED, .number = data->nr, .count = 1 };
  memcpy (first->arguments, data->args, sizeof first->arguments);
}

void
denials_serve (void)
{
  struct seccomp_notif call = { 0 };
  struct seccomp_notif_resp answer = { 0 };

  if (ioctl (listener_fd, SECCOMP_IOCTL_NOTIF_RECV, &call) < 0)
    {
      /* ENOENT: whoever called was killed meanwhile. Anything else will not get better. */
      if (errno != ENOENT && errno != EINTR)
        stop_listening ();
      return;
    }
  const uint32_t verdict = filter_evaluate (plain_filter, &call.data);

  answer.id = call.id;
  answer.error = -(int32_t)(verdict & SECCOMP_RET_DATA);
  /* What only seems to succeed is not refused. */
  if (answer.error != 0)
    count (&call.data);
  ioctl (listener_fd, SECCOMP_IOCTL_NOTIF_SEND, &answer);
}

void
denials_report (void)
{
  stop_listening ();
  for (uint32_t i = 0; i < denied_count; i++)
    report_send_denied (SOCKET_FD, denied + i);
  denied_count = 0;
}
