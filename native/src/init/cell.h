#ifndef SANDLOT_CELL_H
#define SANDLOT_CELL_H

#include "../cell/reader.h"

/*
 * Runs in the clone: completes the cell by `plan` and serves `socket` until the worker closes it. `watch_fd`
 * tells of children. Never returns.
 */
_Noreturn void cell_serve (int socket, int watch_fd, struct reader *plan);

#endif
