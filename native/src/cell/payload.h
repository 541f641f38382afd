#ifndef SANDLOT_PAYLOAD_H
#define SANDLOT_PAYLOAD_H

#include "../../include/protocol.h"
#include "request.h"
#include "rlimits.h"
#include <stdbool.h>
#include <stdint.h>

/* Room for what the contract allows: 64 directories in PATH, 4096 arguments, 4096 variables; and the NULLs.
 */
#define PAYLOAD_MAX_CANDIDATES 65
#define PAYLOAD_MAX_STRINGS 8448
/* stdio, and what a held step has beside it. */
#define PAYLOAD_MAX_FDS 5

/* What init itself holds a step to. 0: no such limit, or held by somebody else. */
struct step_limits
{
  uint64_t wall_ns;
  uint64_t cpu_ns;
  uint64_t idle_ns;
  uint64_t memory_bytes;
};

/* Decodes wall time, CPU time and idle time in ns, and memory in bytes. */
void step_limits_read (struct step_limits *limits, struct reader *body);

/* What to execute, decoded; points into the request. */
struct payload
{
  struct step_limits limits;
  struct rlimits rlimits;
  const char *const *candidates;
  const char *const *argv;
  const char *const *environment;
  const char *directory;
  uint32_t flags; /* SBX_RUN_* */
  const uint8_t *filter;
  uint32_t filter_bytes;
  int fds[PAYLOAD_MAX_FDS]; /* what becomes 0 and up */
  uint32_t fd_count;
  int cpu_stat; /* of the cell's cgroup, or -1 */
};

/* Decodes SBX_RUN_STEP. False if it is not well-formed. */
bool payload_read (struct payload *payload, struct request *request);

/*
 * Starts the payload without a privilege: empty capability sets, no_new_privs, its rlimits, a session of its
 * own, no descriptor but its own, under its filter. Returns its pid; or -errno with `error` set, index naming
 * the rlimit or candidate.
 */
int payload_execute (const struct payload *payload, struct sbx_error *error);

#endif
