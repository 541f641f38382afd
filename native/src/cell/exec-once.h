/*
 * One execve(2) and no other. A filter sees addresses of arguments, not what is there; so the arguments of
 * the one call are placed at addresses that nobody can guess, three times up to 35 bits of them, and are gone
 * once it has succeeded.
 */
#ifndef SANDLOT_EXEC_ONCE_H
#define SANDLOT_EXEC_ONCE_H

#include <limits.h>

struct exec_once
{
  char *path; /* PATH_MAX bytes, to be filled with one candidate after another */
  char **argv;
  char **environment;
};

/* Places the vectors, which end with NULL. Returns 0 or -errno. */
int exec_once_place (struct exec_once *once, const char *const *argv, const char *const *environment);

/* Takes back what was placed. */
void exec_once_release (struct exec_once *once);

#endif
