#include "report.h"
#include <errno.h>
#include <sys/socket.h>

void
report_send (int socket, const struct sbx_report *report)
{
  while (send (socket, report, sizeof *report, MSG_NOSIGNAL) < 0 && errno == EINTR)
    continue;
}

void
report_failure (int socket, const struct sbx_error *error)
{
  const struct sbx_report report = { .kind = SBX_FAILED, .error = *error };

  report_send (socket, &report);
}
