/* Keeping for a while what was taken, since who measures looks only now and then. */
#ifndef PAYLOAD_HOLD_H
#define PAYLOAD_HOLD_H

/* Sleeps, whatever signals come. */
void sleep_ms (unsigned long long ms);

/* Prints `WHAT AMOUNT ERRNO`, at once, then sleeps for `ms`, a number, unless it is NULL. */
void tell_and_hold (const char *what, unsigned long long amount, int err, const char *ms);

#endif
