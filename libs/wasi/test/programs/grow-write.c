/* Grows its memory between writes, 200 times: what is reported to crash node:wasi (nodejs/node #46777). */
int
main (void)
{
  for (int i = 0; i < 200; i++)
    {
      char line[64];
      char *block = malloc (128 * 1024);

      if (block == NULL)
        return 1;
      memset (block, i, 128 * 1024);
      snprintf (line, sizeof line, "line %d %d\n", i, block[i]);
      if (write (1, line, strlen (line)) < 0)
        return 2;
    }
  return 0;
}
