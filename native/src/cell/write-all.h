#ifndef SANDLOT_WRITE_ALL_H
#define SANDLOT_WRITE_ALL_H

#include <stddef.h>
#include <stdint.h>

/* Writes all of `bytes`, however many writes it takes (write(2)). Returns 0 or -errno. */
int write_all (int fd, const uint8_t *bytes, size_t length);

#endif
