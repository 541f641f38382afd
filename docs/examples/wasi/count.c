/* Counts the words of stdin and of each file that is named, and keeps the sum in out/total. */
#include <ctype.h>
#include <stdio.h>
#include <sys/stat.h>

static unsigned
count (FILE *file)
{
  unsigned words = 0;
  int in_word = 0, c;

  while ((c = getc (file)) != EOF)
    {
      words += !isspace (c) && !in_word;
      in_word = !isspace (c);
    }
  return words;
}

int
main (int argc, char **argv)
{
  unsigned total = count (stdin);

  for (int i = 1; i < argc; i++)
    {
      FILE *file = fopen (argv[i], "r");

      if (file == NULL)
        return perror (argv[i]), 1;
      total += count (file);
      fclose (file);
    }
  printf ("%u words\n", total);
  mkdir ("out", 0755);
  FILE *kept = fopen ("out/total", "w");
  return kept == NULL || fprintf (kept, "%u\n", total) < 0 || fclose (kept) != 0;
}
