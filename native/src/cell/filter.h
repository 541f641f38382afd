/*
 * The system call filter of a payload (seccomp(2)): what Sandlot never allows, whatever the profile, followed
 * by the program that the worker has compiled from it.
 */
#ifndef SANDLOT_FILTER_H
#define SANDLOT_FILTER_H

#include "exec-once.h"
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct filter
{
  struct sock_filter instructions[BPF_MAXINSNS];
  uint16_t count;
};

/*
 * Builds the filter for `program`, an array of struct sock_filter of `length` bytes. `once`: execve(2) is
 * allowed with exactly its arguments and never again; NULL: no such rule. False if it does not fit or is no
 * such array.
 */
bool filter_build (struct filter *filter, const uint8_t *program, uint32_t length,
                   const struct exec_once *once);

/* Installs it on the calling thread. Returns 0 or -errno. */
int filter_install (const struct filter *filter);

/*
 * The same, but calls that would fail wait until somebody answers them over the descriptor that is returned,
 * or -errno: seccomp_unotify(2).
 */
int filter_install_listening (struct filter *filter);

/* What the filter returns for a call: SECCOMP_RET_*, with the errno in its data. */
uint32_t filter_evaluate (const struct filter *filter, const struct seccomp_data *data);

#endif
