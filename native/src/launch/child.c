/* The child between clone and exec. Raw system calls only: see launch.c. */
#include "child.h"
#include "syscall.h"
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>

/* Where init finds its end of the control socket; the others close at exec. */
#define CONTROL_FD 3
#define GO_FD 4
#define IMAGE_FD 5
#define REPORT_FD 6
#define FIRST_SPARE_FD 16
#define LAST_SIGNAL 64

static _Noreturn void
child_exit (int status)
{
  for (;;)
    sbx_syscall (SYS_exit, status, 0, 0, 0, 0);
}

/* Tells the parent which step failed, then ends. Below PIPE_BUF, so it arrives whole or not at all (pipe(7)).
 */
static _Noreturn void
child_fail (int report, enum sbx_step_name step, long err)
{
  const struct sbx_error error = { .step = step, .index = 0, .err = (int32_t)-err };

  sbx_syscall (SYS_write, report, (long)&error, sizeof error, 0, 0);
  child_exit (1);
}

static void
check (int report, enum sbx_step_name step, long result)
{
  if (result < 0)
    child_fail (report, step, result);
}

/* Until the parent has written the maps. End of file: it could not, or is dead. */
static void
wait_for_maps (void)
{
  char byte;

  if (sbx_syscall (SYS_read, GO_FD, (long)&byte, 1, 0, 0) != 1)
    child_exit (1);
}

/* Ignored signals survive execve(2), and Node ignores SIGPIPE. */
static void
reset_dispositions (void)
{
  /* struct sigaction as the kernel has it: handler, flags, restorer, mask. */
  const unsigned long by_default[4] = { 0, 0, 0, 0 };

  for (int signal = 1; signal <= LAST_SIGNAL; signal++)
    sbx_syscall (SYS_rt_sigaction, signal, (long)by_default, 0, 8, 0);
}

/* Out of the way of the places below, whatever numbers the parent had. */
static int
move_up (int report, int fd)
{
  long moved = sbx_syscall (SYS_fcntl, fd, F_DUPFD_CLOEXEC, FIRST_SPARE_FD, 0, 0);

  check (report, SBX_STEP_PREPARE_DESCRIPTORS, moved);
  return (int)moved;
}

static void
move_to (int report, int fd, int place, int flags)
{
  check (report, SBX_STEP_PREPARE_DESCRIPTORS, sbx_syscall (SYS_dup3, fd, place, flags, 0, 0));
}

/*
 * Everything in its place and all else closed, before anything is waited for: a child that slept with a copy
 * of another launch's pipe would keep that launch waiting, and be kept waiting itself.
 */
static void
arrange_descriptors (const struct sbx_child *child)
{
  const int report = move_up (child->report, child->report);
  const int go = move_up (report, child->go);
  const int image = move_up (report, child->launch->image_fd);
  const int control = move_up (report, child->launch->control_fd);
  const int null = move_up (report, child->launch->null_fd);

  for (int fd = 0; fd < CONTROL_FD; fd++)
    move_to (report, null, fd, 0);
  move_to (report, control, CONTROL_FD, 0);
  move_to (report, go, GO_FD, O_CLOEXEC);
  move_to (report, image, IMAGE_FD, O_CLOEXEC);
  move_to (report, report, REPORT_FD, O_CLOEXEC);
  check (REPORT_FD, SBX_STEP_PREPARE_DESCRIPTORS, sbx_syscall (SYS_close_range, REPORT_FD + 1, ~0u, 0, 0, 0));
}

void
sbx_child_enter (void *argument)
{
  static const char name[] = "sandlot-init";
  const char *const argv[] = { name, NULL };
  const char *const envp[] = { NULL };

  arrange_descriptors (argument);
  wait_for_maps ();
  check (REPORT_FD, SBX_STEP_BECOME_ROOT, sbx_syscall (SYS_setresgid, 0, 0, 0, 0, 0));
  check (REPORT_FD, SBX_STEP_BECOME_ROOT, sbx_syscall (SYS_setresuid, 0, 0, 0, 0, 0));
  reset_dispositions ();
  check (REPORT_FD, SBX_STEP_EXECUTE_INIT,
         sbx_syscall (SYS_execveat, IMAGE_FD, (long)"", (long)argv, (long)envp, AT_EMPTY_PATH));
  child_exit (1);
}
