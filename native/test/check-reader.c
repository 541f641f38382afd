/*
 * Feeds the decoder of init every truncation of a valid body, and bodies of noise, each in a heap block of
 * its exact size, so that AddressSanitizer sees the first byte read too far.
 */
#include "../src/cell/reader.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROOM 8
#define NOISE_ROUNDS 200000

static int failures;

static void
expect (bool holds, const char *what)
{
  if (holds)
    return;
  failures++;
  fprintf (stderr, "check-reader: %s\n", what);
}

/* Reads a body the way requests are read: all kinds of fields, unconditionally, checked at the end. */
static bool
read_all (const uint8_t *bytes, size_t length)
{
  const char *vector[ROOM];
  uint32_t size;
  uint8_t *copy = malloc (length + (length == 0));
  struct reader reader = { .at = copy, .end = copy + length };

  if (length > 0)
    memcpy (copy, bytes, length);
  (void)reader_u32 (&reader);
  (void)reader_u64 (&reader);
  (void)strlen (reader_string (&reader));
  (void)reader_bytes (&reader, &size);
  const uint32_t count = reader_strings (&reader, vector, ROOM);
  expect (count < ROOM && vector[count] == NULL, "a vector does not end with NULL");
  free (copy);
  return !reader.broken;
}

static size_t
write_valid (uint8_t *to)
{
  static const uint8_t body[] = { 7, 0, 0, 0,                                          /* u32 */
                                  1, 2, 3, 4, 5,   6,   7, 8,                          /* u64 */
                                  2, 0, 0, 0, 'a', 'b', 0,                             /* string */
                                  3, 0, 0, 0, 9,   0,   9,                             /* bytes */
                                  2, 0, 0, 0, 1,   0,   0, 0, 'x', 0, 0, 0, 0, 0, 0 }; /* "x", "" */

  memcpy (to, body, sizeof body);
  return sizeof body;
}

int
main (void)
{
  uint8_t body[64];
  const size_t length = write_valid (body);

  expect (read_all (body, length), "a valid body is refused");
  for (size_t cut = 0; cut < length; cut++)
    expect (!read_all (body, cut), "a truncated body is accepted");
  body[18] = 'c';
  expect (!read_all (body, length), "a string without its NUL is accepted");
  srandom (1);
  for (int round = 0; round < NOISE_ROUNDS; round++)
    {
      for (size_t i = 0; i < sizeof body; i++)
        body[i] = (uint8_t)(random () % 5 ? random () % 4 : random ());
      read_all (body, (size_t)random () % sizeof body);
    }
  printf ("check-reader: %s\n", failures == 0 ? "ok" : "failed");
  return failures == 0 ? 0 : 1;
}
