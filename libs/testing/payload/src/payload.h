/* What all verbs share: reading their arguments, and answering. */
#ifndef PAYLOAD_PAYLOAD_H
#define PAYLOAD_PAYLOAD_H

#include <stddef.h>
#include <sys/types.h>

enum
{
  EXIT_OK = 0,
  EXIT_FAILED = 1,
  EXIT_MISUSE = 2,
};

/* Reads an integer that is not negative; ends the program with EXIT_MISUSE if `text` is none. */
unsigned long long read_number (const char *text);

/* Reads a signal: `9`, `KILL` or `SIGKILL`; ends the program with EXIT_MISUSE if `text` is none. */
int read_signal (const char *text);

/* The name of an errno, `none` for 0. Never NULL. */
const char *errno_name (int err);

/* The answer of a try: `allowed` if `result` is no failure, otherwise `refused ERRNO` by errno. Returns the
 * exit code. */
int answer (long result);

/* Names on stderr what failed, with errno. Returns EXIT_FAILED. */
int fail (const char *what);

/* Writes all of it. Returns 0, or -1 with errno. */
int write_all (int fd, const void *bytes, size_t length);

#endif
