/* Ends by the trap that its argument names, after a line on stdout. */
static volatile int zero;
static volatile int lowest = -2147483647 - 1;
static volatile double huge = 1e300;

__attribute__ ((noinline)) static int
deeper (int n)
{
  static int (*volatile again) (int) = deeper;

  return again (n + 1) + 1;
}

/* Recursion that makes a call of the interface at every step, so that the stack ends within one. */
__attribute__ ((noinline)) static int
deeper_asking (int what)
{
  static int (*volatile again) (int) = deeper_asking;
  /* Not on the stack that the compiler keeps in memory, which is the smaller one. */
  static __wasi_size_t a, b;

  if (what == 'a')
    (void) __wasi_args_sizes_get (&a, &b);
  if (what == 'e')
    (void) __wasi_environ_sizes_get (&a, &b);
  if (what == 'r')
    (void) __wasi_random_get ((uint8_t *) &a, sizeof a);
  return again (what) + (int) b;
}

static int
call (uintptr_t address)
{
  volatile uintptr_t target = address;

  return ((int (*) (int)) target) (1);
}

static double
other_type (double value)
{
  return value;
}

__attribute__ ((noinline)) static int
named_function (void)
{
  return 10 / zero;
}

int
main (int argc, char **argv)
{
  const char *verb = argc > 1 ? argv[1] : "";

  puts ("before");
  fflush (stdout);
  if (!strcmp (verb, "unreachable"))
    abort ();
  if (!strcmp (verb, "memory"))
    return *(volatile int *) 0x7ffffff0;
  if (!strcmp (verb, "table"))
    return call (0x7fffffff);
  if (!strcmp (verb, "divide"))
    return named_function ();
  if (!strcmp (verb, "remainder"))
    return 1 % zero;
  if (!strcmp (verb, "overflow"))
    return lowest / (zero - 1);
  if (!strcmp (verb, "mismatch"))
    return call ((uintptr_t) other_type);
  if (!strcmp (verb, "null"))
    return call (0);
  if (!strcmp (verb, "stack"))
    return deeper (1);
  if (!strncmp (verb, "stack-", 6))
    return deeper_asking (verb[6]);
  if (!strcmp (verb, "convert"))
    return __builtin_wasm_trunc_s_i32_f64 (huge);
  return 99;
}
