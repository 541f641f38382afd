/* The child between clone and exec. Raw system calls only: see launch.c. */
#include "child.h"
#include "syscall.h"
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stddef.h>

#define FIRST_SPARE_FD 10
#define CONTROL_FD 3
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

/* Until the parent has written the maps. End of file: it could not. */
static void
wait_for_maps (const struct sbx_child *child)
{
  char byte;

  sbx_syscall (SYS_close, child->go_other_end, 0, 0, 0, 0);
  if (sbx_syscall (SYS_read, child->go, (long)&byte, 1, 0, 0) != 1)
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

/* Out of the way of 0-3, whatever numbers the parent had. */
static int
move_up (int report, int fd)
{
  long moved = sbx_syscall (SYS_fcntl, fd, F_DUPFD_CLOEXEC, FIRST_SPARE_FD, 0, 0);

  check (report, SBX_STEP_PREPARE_DESCRIPTORS, moved);
  return (int)moved;
}

/* 0-2 are /dev/null, 3 is the control socket, nothing else survives the exec. Returns init's descriptor. */
static int
arrange_descriptors (const struct sbx_launch *launch, int *report)
{
  *report = move_up (*report, *report);
  const int image = move_up (*report, launch->image_fd);
  const int control = move_up (*report, launch->control_fd);
  const int null = move_up (*report, launch->null_fd);

  for (int fd = 0; fd < CONTROL_FD; fd++)
    check (*report, SBX_STEP_PREPARE_DESCRIPTORS, sbx_syscall (SYS_dup3, null, fd, 0, 0, 0));
  check (*report, SBX_STEP_PREPARE_DESCRIPTORS, sbx_syscall (SYS_dup3, control, CONTROL_FD, 0, 0, 0));
  check (*report, SBX_STEP_PREPARE_DESCRIPTORS,
         sbx_syscall (SYS_close_range, CONTROL_FD + 1, ~0u, CLOSE_RANGE_CLOEXEC, 0, 0));
  return image;
}

void
sbx_child_enter (void *argument)
{
  const struct sbx_child *child = argument;
  int report = child->report;
  static const char name[] = "sandlot-init";
  const char *const argv[] = { name, NULL };
  const char *const envp[] = { NULL };

  wait_for_maps (child);
  check (report, SBX_STEP_BECOME_ROOT, sbx_syscall (SYS_setresgid, 0, 0, 0, 0, 0));
  check (report, SBX_STEP_BECOME_ROOT, sbx_syscall (SYS_setresuid, 0, 0, 0, 0, 0));
  reset_dispositions ();
  const int image = arrange_descriptors (child->launch, &report);
  check (report, SBX_STEP_EXECUTE_INIT,
         sbx_syscall (SYS_execveat, image, (long)"", (long)argv, (long)envp, AT_EMPTY_PATH));
  child_exit (1);
}
