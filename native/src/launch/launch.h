/* The launch library: what koffi calls. Every function returns 0 or a count, or -errno. */
#ifndef SANDLOT_LAUNCH_H
#define SANDLOT_LAUNCH_H

#include "../../include/protocol.h"

#define SBX_EXPORT __attribute__ ((visibility ("default")))

/* Starts init in a new slot. Blocks until it runs: call it off the main thread. `error` is set on failure
 * only. */
SBX_EXPORT int32_t sbx_slot_launch (const struct sbx_launch *launch, struct sbx_launched *out,
                                    struct sbx_error *error);

/* Waits for a slot's init to end. Returns its exit status, 128 + signal, or -errno. Blocks. */
SBX_EXPORT int32_t sbx_slot_reap (int32_t pidfd);

/* Sends `signal` to the process behind a pidfd (pidfd_send_signal(2)). */
SBX_EXPORT int32_t sbx_slot_kill (int32_t pidfd, int32_t signal);

/* A pair of connected SOCK_SEQPACKET sockets, close-on-exec, the first one non-blocking (ours). */
SBX_EXPORT int32_t sbx_channel_create (int32_t ends[2]);

/* Sends one message with up to SBX_MAX_FDS descriptors. -EAGAIN if the socket is full. */
SBX_EXPORT int32_t sbx_channel_send (int32_t fd, const uint8_t *message, uint32_t length, const int32_t *fds,
                                     uint32_t fd_count);

/* Receives one report. Returns 1, 0 at end of file, -EAGAIN if there is none yet. */
SBX_EXPORT int32_t sbx_channel_receive (int32_t fd, struct sbx_report *report);

/* A pipe, close-on-exec: ends[0] reads, ends[1] writes. `ours` (0 or 1) is made non-blocking. */
SBX_EXPORT int32_t sbx_pipe_create (int32_t ends[2], int32_t ours);

/* A memfd that can still be written. Returns the descriptor. */
SBX_EXPORT int32_t sbx_memfd_create (const char *name);

/* Forbids every further change of a memfd. */
SBX_EXPORT int32_t sbx_memfd_seal (int32_t fd);

/*
 * Locks an open file or directory for ourselves until the descriptor is closed, however this process ends:
 * flock(2). -EWOULDBLOCK if another process holds it.
 */
SBX_EXPORT int32_t sbx_file_lock (int32_t fd);

/*
 * Turns this process, which is root, into an ordinary user's with no group but that, as if it had been
 * started so: all its threads lose their capabilities.
 */
SBX_EXPORT int32_t sbx_become (uint32_t uid, uint32_t gid);

/* For the test that holds protocol.ts to protocol.h: size of the structure with this number, or -EINVAL. */
SBX_EXPORT int32_t sbx_layout_size (int32_t structure);

#endif
