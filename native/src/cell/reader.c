#include "reader.h"
#include <string.h>

/* Takes `length` bytes, or breaks the reader. */
static const uint8_t *
take (struct reader *reader, size_t length)
{
  const uint8_t *taken = reader->at;

  if (reader->broken || (size_t)(reader->end - reader->at) < length)
    {
      reader->broken = true;
      return NULL;
    }
  reader->at += length;
  return taken;
}

uint32_t
reader_u32 (struct reader *reader)
{
  const uint8_t *bytes = take (reader, sizeof (uint32_t));
  uint32_t value = 0;

  if (bytes != NULL)
    memcpy (&value, bytes, sizeof value);
  return value;
}

uint64_t
reader_u64 (struct reader *reader)
{
  const uint8_t *bytes = take (reader, sizeof (uint64_t));
  uint64_t value = 0;

  if (bytes != NULL)
    memcpy (&value, bytes, sizeof value);
  return value;
}

const uint8_t *
reader_bytes (struct reader *reader, uint32_t *length)
{
  *length = reader_u32 (reader);
  const uint8_t *bytes = take (reader, *length);

  if (bytes == NULL)
    *length = 0;
  return bytes;
}

const char *
reader_string (struct reader *reader)
{
  const uint32_t length = reader_u32 (reader);
  const uint8_t *bytes = take (reader, (size_t)length + 1);

  if (bytes == NULL || bytes[length] != '\0' || memchr (bytes, '\0', length) != NULL)
    {
      reader->broken = true;
      return "";
    }
  return (const char *)bytes;
}

uint32_t
reader_strings (struct reader *reader, const char **vector, uint32_t room)
{
  const uint32_t count = reader_u32 (reader);

  if (room == 0)
    {
      reader->broken = true;
      return 0;
    }
  if (count > room - 1)
    reader->broken = true;
  for (uint32_t i = 0; i < count && !reader->broken; i++)
    vector[i] = reader_string (reader);
  vector[reader->broken ? 0 : count] = NULL;
  return reader->broken ? 0 : count;
}
