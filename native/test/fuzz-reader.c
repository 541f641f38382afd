/*
 * The decoder of init as a fuzz target: libFuzzer's entry point, so that `clang -fsanitize=fuzzer,address`
 * explores it; without clang, fuzz-driver.c feeds it.
 *
 * The first byte says which fields the body is read as, the second the room for lists; the rest is the body.
 * It is in a heap block of its exact size, so that AddressSanitizer sees the first byte read too far.
 */
#include "../src/cell/reader.h"
#include <stdlib.h>
#include <string.h>

#define MAX_ROOM 64
#define FIELDS 32

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
demand (bool holds)
{
  if (!holds)
    abort ();
}

static void
read_list (struct reader *reader, uint32_t room)
{
  const char *vector[MAX_ROOM];
  const uint32_t count = reader_strings (reader, vector, room);

  if (room == 0)
    {
      demand (reader->broken && count == 0);
      return;
    }
  demand (count < room && vector[count] == NULL);
  for (uint32_t i = 0; i < count; i++)
    demand ((const uint8_t *)vector[i] + strlen (vector[i]) < reader->end);
}

static void
read_field (struct reader *reader, unsigned kind, uint32_t room)
{
  const uint8_t *const before = reader->at;
  const bool was_broken = reader->broken;
  uint32_t length;

  switch (kind)
    {
    case 0:
      demand (reader_u32 (reader) == 0 || !reader->broken);
      break;
    case 1:
      demand (reader_u64 (reader) == 0 || !reader->broken);
      break;
    case 2:
      demand (strlen (reader_string (reader)) == 0 || !reader->broken);
      break;
    case 3:
      {
        const uint8_t *const bytes = reader_bytes (reader, &length);
        volatile uint8_t last = length == 0 ? 0 : bytes[length - 1];
        (void)last;
        break;
      }
    default:
      read_list (reader, room);
    }
  demand (reader->at >= before && reader->at <= reader->end);
  /* Once broken it stays so. */
  demand (!was_broken || reader->broken);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  if (size < 2)
    return 0;
  uint8_t *const body = malloc (size - 2 + (size == 2));
  struct reader reader = { .at = body, .end = body + size - 2 };
  unsigned kinds = data[0];

  if (size > 2)
    memcpy (body, data + 2, size - 2);
  for (int field = 0; field < FIELDS; field++, kinds = kinds * 5 + 3)
    read_field (&reader, kinds % 5, data[1] % (MAX_ROOM + 1));
  free (body);
  return 0;
}
