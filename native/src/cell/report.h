#ifndef SANDLOT_REPORT_H
#define SANDLOT_REPORT_H

#include "../../include/protocol.h"

/* Sends one report. If the worker is gone there is nobody to tell: end of file on the socket follows. */
void report_send (int socket, const struct sbx_report *report);

void report_send_denied (int socket, const struct sbx_denied *denied);

/* Reports that nothing more can come of this slot or cell. */
void report_failure (int socket, const struct sbx_error *error);

#endif
