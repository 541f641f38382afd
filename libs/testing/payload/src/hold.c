#include "hold.h"
#include "payload.h"

#include <stdio.h>
#include <time.h>

void
sleep_ms (unsigned long long ms)
{
  struct timespec left = { .tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000 };

  while (nanosleep (&left, &left) != 0)
    continue;
}

void
tell_and_hold (const char *what, unsigned long long amount, int err, const char *ms)
{
  printf ("%s %llu %s\n", what, amount, errno_name (err));
  fflush (stdout);
  if (ms != NULL)
    sleep_ms (read_number (ms));
}
