#ifndef SANDLOT_SLOT_H
#define SANDLOT_SLOT_H

/* The control socket's descriptor in the slot's init; a cell's init has its own socket there. */
#define SOCKET_FD 3

/* Serves the control socket until the worker closes it. Returns the exit status. */
int slot_serve (void);

#endif
