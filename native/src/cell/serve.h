#ifndef SANDLOT_SERVE_H
#define SANDLOT_SERVE_H

/* Where init and fence have their end of the worker's socket: that of the slot, in a cell that of the cell.
 */
#define SOCKET_FD 3
/* Where a cell has what tells it of children. */
#define WATCH_FD (SOCKET_FD + 1)

/*
 * Serves SOCKET_FD until the worker closes it: takes the job's files, runs its steps one after another, kills
 * what they leave behind and tells how they ended. Returns 0, or 1 if nothing more can come of this cell.
 */
int serve_cell (void);

#endif
