/*
 * clone3(2) of a child that shares our memory and runs `enter (argument)` on a stack of its own. glibc has no
 * wrapper for this, and its clone(3) cannot return a pidfd together with a cgroup.
 */
#ifndef SANDLOT_CLONE_CHILD_H
#define SANDLOT_CLONE_CHILD_H

#include "syscall.h"
#include <linux/sched.h>

#if defined(__x86_64__)
static inline long
sbx_clone_child (struct clone_args *args, void (*enter) (void *), void *argument)
{
  register void (*fn) (void *) __asm__("r12") = enter;
  register void *arg __asm__("r13") = argument;
  long result;

  /* The child sees rax = 0 and the fresh stack. It ends the chain of frames (rbp) and never comes back. */
  __asm__ volatile("syscall\n\t"
                   "testq %%rax, %%rax\n\t"
                   "jnz 1f\n\t"
                   "xorl %%ebp, %%ebp\n\t"
                   "movq %%r13, %%rdi\n\t"
                   "callq *%%r12\n\t"
                   "hlt\n"
                   "1:"
                   : "=a"(result)
                   : "a"(SYS_clone3), "D"(args), "S"(sizeof *args), "r"(fn), "r"(arg)
                   : "rcx", "r11", "memory");
  return result;
}
#elif defined(__aarch64__)
static inline long
sbx_clone_child (struct clone_args *args, void (*enter) (void *), void *argument)
{
  register long x8 __asm__("x8") = SYS_clone3;
  register long x0 __asm__("x0") = (long)args;
  register long x1 __asm__("x1") = sizeof *args;
  register void (*fn) (void *) __asm__("x20") = enter;
  register void *arg __asm__("x21") = argument;

  __asm__ volatile("svc 0\n\t"
                   "cbnz x0, 1f\n\t"
                   "mov x29, xzr\n\t"
                   "mov x0, x21\n\t"
                   "blr x20\n\t"
                   "brk 1\n"
                   "1:"
                   : "+r"(x0)
                   : "r"(x8), "r"(x1), "r"(fn), "r"(arg)
                   : "x30", "memory");
  return x0;
}
#endif

#endif
