#ifndef SANDLOT_REQUEST_H
#define SANDLOT_REQUEST_H

#include "../../include/protocol.h"
#include "reader.h"

/* One received request. Descriptors that a handler keeps must be taken with `request_take_fd`. */
struct request
{
  uint32_t kind;
  struct reader body;
  int fds[SBX_MAX_FDS];
  uint32_t fd_count;
  void *mapping;
  size_t mapping_length;
};

/* Receives the next request. Returns 1, 0 at end of file, or -errno (-EPROTO for what is not a request). */
int request_receive (int socket, struct request *request);

/* Hands over descriptor `index` of the request, or -1 if there is none. */
int request_take_fd (struct request *request, uint32_t index);

/* Closes what nobody took. */
void request_release (struct request *request);

#endif
