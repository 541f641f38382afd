#ifndef SANDLOT_SLOT_H
#define SANDLOT_SLOT_H

/* Serves the control socket until the worker closes it. Returns the exit status. */
int slot_serve (void);

#endif
