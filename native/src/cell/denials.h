/*
 * The system calls that a filter has refused, where a job wants to know: each is answered here as the filter
 * says, and counted with the arguments of the first one (seccomp_unotify(2)).
 */
#ifndef SANDLOT_DENIALS_H
#define SANDLOT_DENIALS_H

#include "filter.h"

/* Begins to answer for `filter` over `listener`, which is taken over. */
void denials_begin (int listener, const struct filter *filter);

/* What to poll(2) for reading, or -1. */
int denials_fd (void);

/* Answers one call, if one waits. */
void denials_serve (void);

/* Tells the worker of each call that was refused (SBX_DENIED), and ends. */
void denials_report (void);

#endif
