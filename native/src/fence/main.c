/*
 * fence: a cell where namespaces cannot be had, for one program that may make no process. The program runs
 * between rules of Landlock and its system call filter, with our uid; we stay outside of that fence, serve
 * the worker as init does (protocol.h), and clear the work directory away at the end.
 *
 *   fence FILE...
 *
 * Started by the worker in the empty work directory, with its socket on 3. The program may read and execute
 * the FILEs, and change what is in the work directory; of other files it learns no more than stat(2) tells.
 */
#include "../cell/process.h"
#include "../cell/report.h"
#include "../cell/serve.h"
#include "files.h"
#include "rules.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* The watch in its place, and nothing open beyond it. */
static int
arrange_descriptors (void)
{
  const int watch_fd = process_watch_children ();

  if (watch_fd < 0 || (watch_fd != WATCH_FD && dup3 (watch_fd, WATCH_FD, O_CLOEXEC) < 0))
    return -errno;
  if (fcntl (SOCKET_FD, F_SETFD, FD_CLOEXEC) < 0)
    return -errno;
  return syscall (SYS_close_range, WATCH_FD + 1, ~0u, 0) < 0 ? -errno : 0;
}

/* What has our uid could otherwise read our memory and trace us (ptrace(2)). Uid 0 owns too much. */
static int
prepare (void)
{
  if (geteuid () == 0)
    return -EPERM;
  return prctl (PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 ? -errno : arrange_descriptors ();
}

static int
refuse (enum sbx_step_name step, int result)
{
  report_failure (SOCKET_FD, &(struct sbx_error){ .step = step, .err = -result });
  return 1;
}

static void
await_program (void)
{
  while (waitpid (-1, NULL, __WALL) > 0 || errno == EINTR)
    continue;
}

int
main (int argc, char **argv)
{
  if (argc < 2)
    {
      fprintf (stderr, "sandlot's fence is started by the Sandlot worker\n");
      return 2;
    }
  int result = prepare ();
  if (result < 0)
    return refuse (SBX_STEP_PREPARE_INIT, result);
  result = rules_make (argv + 1, (size_t)argc - 1);
  if (result < 0)
    return refuse (SBX_STEP_LANDLOCK, result);
  report_send (SOCKET_FD, &(struct sbx_report){ .kind = SBX_READY });
  const int status = serve_cell ();
  await_program ();
  files_remove ();
  return status;
}
