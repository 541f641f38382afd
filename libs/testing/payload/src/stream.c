/* Standard input and output. */
#include "hold.h"
#include "payload.h"
#include "verbs.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define BLOCK_BYTES 65536

static char block[BLOCK_BYTES];

/* Writes `count` times `x`. */
static int
fill (int fd, unsigned long long count)
{
  memset (block, 'x', sizeof block);
  while (count > 0)
    {
      const size_t length = count < sizeof block ? (size_t)count : sizeof block;
      if (write_all (fd, block, length) != 0)
        return fail ("write");
      count -= length;
    }
  return EXIT_OK;
}

static int
flood (int fd)
{
  for (;;)
    if (fill (fd, BLOCK_BYTES) != EXIT_OK)
      return EXIT_FAILED;
}

int
verb_echo (char **args)
{
  for (char **arg = args; *arg != NULL; arg++)
    printf ("%s%s", arg == args ? "" : " ", *arg);
  putchar ('\n');
  return EXIT_OK;
}

int
verb_cat (char **args)
{
  ssize_t length;

  (void)args;
  while ((length = read (STDIN_FILENO, block, sizeof block)) > 0)
    if (write_all (STDOUT_FILENO, block, (size_t)length) != 0)
      return fail ("write");
  return length < 0 ? fail ("read") : EXIT_OK;
}

int
verb_fill_stdout (char **args)
{
  return fill (STDOUT_FILENO, read_number (args[0]));
}

int
verb_flood_stdout (char **args)
{
  (void)args;
  return flood (STDOUT_FILENO);
}

int
verb_flood_stderr (char **args)
{
  (void)args;
  return flood (STDERR_FILENO);
}

int
verb_chatter (char **args)
{
  const unsigned long long ms = read_number (args[0]);

  for (unsigned long long left = read_number (args[1]); left > 0; left--)
    {
      if (fill (STDOUT_FILENO, 1) != EXIT_OK)
        return EXIT_FAILED;
      sleep_ms (ms);
    }
  return EXIT_OK;
}
