/* Ends with the exit code that its second argument names, by the way that its first one names. */
static void
nested (int depth, unsigned code)
{
  if (depth == 0)
    __wasi_proc_exit (code);
  nested (depth - 1, code);
  puts ("never");
}

int
main (int argc, char **argv)
{
  const unsigned code = argc > 2 ? (unsigned) strtoll (argv[2], NULL, 10) : 0;

  if (argc > 1 && !strcmp (argv[1], "nested"))
    nested (100, code);
  if (argc > 1 && !strcmp (argv[1], "exit"))
    exit ((int) code);
  return (int) code;
}
