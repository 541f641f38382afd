/* One long loop in one function, which stays in the code it began in. Says how many milliseconds it took. */
static unsigned
turn (unsigned word, int bits)
{
  return word >> bits | word << (32 - bits);
}

int
main (void)
{
  struct timespec from, to;
  unsigned a = 1, b = 2, c = 3, d = 4;

  clock_gettime (CLOCK_MONOTONIC, &from);
  for (int i = 0; i < 20000000; i++)
    {
      const unsigned t = d + (turn (a, 6) ^ turn (a, 11) ^ turn (a, 25)) + ((a & b) ^ (~a & c)) + i;

      d = c;
      c = b;
      b = a;
      a = t + (turn (t, 2) ^ turn (b, 13));
    }
  clock_gettime (CLOCK_MONOTONIC, &to);
  printf ("%u %ld\n", a, (long) ((to.tv_sec - from.tv_sec) * 1000 + (to.tv_nsec - from.tv_nsec) / 1000000));
  return 0;
}
