/* A hostile program for tests: one verb a run. `payload` alone lists them; verbs.h is the list. */
#include "payload.h"
#include "verbs.h"

#include <stdio.h>
#include <string.h>

struct verb
{
  const char *name;
  const char *arguments; /* as shown; one in brackets may be missing, one with … be repeated */
  const char *meaning;
  int (*run) (char **args); /* after the verb, ended by NULL; returns the exit code */
};

static const struct verb verbs[] = {
#define ENTRY(name, function, arguments, meaning) { name, arguments, meaning, verb_##function },
  VERBS (ENTRY)
#undef ENTRY
};

static const size_t verb_count = sizeof verbs / sizeof *verbs;

static int
list_verbs (void)
{
  puts ("usage: payload VERB [ARGUMENT]…\n");
  for (const struct verb *verb = verbs; verb < verbs + verb_count; verb++)
    printf ("  %s%s%s\n      %s\n", verb->name, *verb->arguments ? " " : "", verb->arguments, verb->meaning);
  return EXIT_OK;
}

static const struct verb *
find_verb (const char *name)
{
  for (const struct verb *verb = verbs; verb < verbs + verb_count; verb++)
    if (strcmp (verb->name, name) == 0)
      return verb;
  return NULL;
}

/* Whether `count` arguments fit a verb: at least those without brackets, at most all that it shows. */
static int
takes (const struct verb *verb, int count)
{
  int fewest = 0;
  int most = 0;

  for (const char *word = verb->arguments; *word != '\0'; word += strcspn (word, " "), word += *word == ' ')
    {
      most++;
      fewest += *word != '[';
    }
  return count >= fewest && (count <= most || strstr (verb->arguments, "…") != NULL);
}

int
main (int argc, char **argv)
{
  if (argc < 2)
    return list_verbs ();

  const struct verb *verb = find_verb (argv[1]);
  if (verb == NULL)
    {
      fprintf (stderr, "payload: no verb `%s`; `payload` alone lists them\n", argv[1]);
      return EXIT_MISUSE;
    }
  if (!takes (verb, argc - 2))
    {
      fprintf (stderr, "usage: payload %s %s\n", verb->name, verb->arguments);
      return EXIT_MISUSE;
    }
  return verb->run (argv + 2);
}
