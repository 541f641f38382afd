/*
 * Runs a libFuzzer target where there is no libFuzzer: the files named as arguments, or else a fixed number
 * of bodies from a fixed seed. Half of them are noise, half a valid body with some bytes changed or cut off.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 300000
#define MAX_BYTES 128

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* Two bytes for the target, then strings, a list of them, and numbers. */
static const uint8_t valid[]
    = { 2, 8, 2, 0, 0, 0, 'a', 'b', 0, 2,   0, 0, 0, 1, 0, 0, 0, 'x', 0, 0, 0,   0, 0, 0,
        7, 0, 0, 0, 1, 2, 3,   4,   5, 6,   7, 8, 3, 0, 0, 0, 9, 0,   9, 1, 0,   0, 0, 'y',
        0, 3, 0, 0, 0, 1, 0,   0,   0, 'z', 0, 0, 0, 0, 0, 0, 1, 0,   0, 0, 'q', 0 };

/* Small numbers are what lengths and counts are made of. */
static uint8_t
likely_byte (void)
{
  return (uint8_t)(random () % 4 ? random () % 5 : random ());
}

static size_t
make_noise (uint8_t *bytes)
{
  const size_t length = (size_t)random () % MAX_BYTES;

  for (size_t i = 0; i < length; i++)
    bytes[i] = likely_byte ();
  return length;
}

static size_t
mutate (uint8_t *bytes)
{
  memcpy (bytes, valid, sizeof valid);
  for (long changes = random () % 4; changes >= 0; changes--)
    bytes[(size_t)random () % sizeof valid] = likely_byte ();
  return sizeof valid - (random () % 3 ? 0 : (size_t)random () % sizeof valid);
}

static int
run_file (const char *path)
{
  static uint8_t bytes[1 << 20];
  FILE *const file = fopen (path, "rb");

  if (file == NULL)
    {
      perror (path);
      return 1;
    }
  const size_t length = fread (bytes, 1, sizeof bytes, file);
  fclose (file);
  return LLVMFuzzerTestOneInput (bytes, length);
}

int
main (int argc, char **argv)
{
  uint8_t bytes[MAX_BYTES];
  int result = 0;

  for (int i = 1; i < argc; i++)
    result |= run_file (argv[i]);
  if (argc > 1)
    return result;
  srandom (1);
  for (int round = 0; round < ROUNDS; round++)
    result |= LLVMFuzzerTestOneInput (bytes, round % 2 ? make_noise (bytes) : mutate (bytes));
  printf ("fuzz: %d bodies, %s\n", ROUNDS, result == 0 ? "ok" : "failed");
  return result;
}
