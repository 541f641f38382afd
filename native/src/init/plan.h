#ifndef SANDLOT_PLAN_H
#define SANDLOT_PLAN_H

#include "../../include/protocol.h"
#include "../cell/reader.h"

/*
 * Performs the operations of a plan in order; stops at the first that fails. Returns 0, or -errno with
 * `error` set. If it returns 0, `error`, in which err has to be 0, names the first that was done in a lesser
 * way.
 */
int plan_execute (struct reader *plan, struct sbx_error *error);

#endif
