#include "payload.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static _Noreturn void
misuse (const char *expected, const char *text)
{
  fprintf (stderr, "payload: expected %s, got `%s`\n", expected, text);
  exit (EXIT_MISUSE);
}

unsigned long long
read_number (const char *text)
{
  char *end = NULL;

  errno = 0;
  const unsigned long long number = strtoull (text, &end, 10);
  if (errno != 0 || end == text || *end != '\0' || *text == '-')
    misuse ("a number", text);
  return number;
}

int
read_signal (const char *text)
{
  const char *name = strncmp (text, "SIG", 3) == 0 ? text + 3 : text;

  for (int number = 1; number < NSIG; number++)
    {
      const char *known = sigabbrev_np (number);
      if (known != NULL && strcmp (known, name) == 0)
        return number;
    }
  const unsigned long long number = read_number (text);
  if (number >= NSIG)
    misuse ("a signal", text);
  return (int)number;
}

const char *
errno_name (int err)
{
  const char *name = strerrorname_np (err);

  return err == 0 ? "none" : name == NULL ? "UNKNOWN" : name;
}

int
answer (long result)
{
  if (result >= 0)
    {
      puts ("allowed");
      return EXIT_OK;
    }
  printf ("refused %s\n", errno_name (errno));
  return EXIT_FAILED;
}

int
fail (const char *what)
{
  fprintf (stderr, "payload: %s: %s\n", what, errno_name (errno));
  return EXIT_FAILED;
}

int
write_all (int fd, const void *bytes, size_t length)
{
  const char *next = bytes;

  while (length > 0)
    {
      const ssize_t written = write (fd, next, length);
      if (written < 0)
        return -1;
      next += written;
      length -= (size_t)written;
    }
  return 0;
}
