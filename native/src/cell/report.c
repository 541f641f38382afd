#include "report.h"
#include <errno.h>
#include <sys/socket.h>

static void
send_whole (int socket, const void *message, size_t length)
{
  while (send (socket, message, length, MSG_NOSIGNAL) < 0 && errno == EINTR)
    continue;
}

void
report_send (int socket, const struct sbx_report *report)
{
  send_whole (socket, report, sizeof *report);
}

void
report_send_denied (int socket, const struct sbx_denied *denied)
{
  send_whole (socket, denied, sizeof *denied);
}

void
report_failure (int socket, const struct sbx_error *error)
{
  const struct sbx_report report = { .kind = SBX_FAILED, .error = *error };

  report_send (socket, &report);
}
