/* Recursion without end, all of it on the engine's stack: writes a byte for every thousand calls. */
__attribute__ ((noinline)) static int
deeper (int calls)
{
  static int (*volatile again) (int) = deeper;

  if (calls % 1000 == 0)
    (void) write (1, "x", 1);
  return again (calls + 1) + 1;
}

int
main (void)
{
  return deeper (1);
}
