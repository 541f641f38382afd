/*
 * Reads a body field by field. A field that does not fit marks the reader as broken and yields zero or an
 * empty string, and so does every field after it: callers check once, at the end, before they act.
 */
#ifndef SANDLOT_READER_H
#define SANDLOT_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reader
{
  const uint8_t *at;
  const uint8_t *end;
  bool broken;
};

uint32_t reader_u32 (struct reader *reader);
uint64_t reader_u64 (struct reader *reader);

/* A string; its NUL is in place, and none before it. Points into the body. */
const char *reader_string (struct reader *reader);

/* Bytes of any value. Points into the body. */
const uint8_t *reader_bytes (struct reader *reader, uint32_t *length);

/*
 * A list of strings as execve(2) wants it, ending with NULL, in `vector`, which has room for `room` pointers.
 * Returns their number.
 */
uint32_t reader_strings (struct reader *reader, const char **vector, uint32_t room);

#endif
