#ifndef SANDLOT_CHILD_H
#define SANDLOT_CHILD_H

#include "../../include/protocol.h"

/* All that the child of a launch needs; prepared by the parent, read by the child. */
struct sbx_child
{
  const struct sbx_launch *launch;
  int go;
  int report;
};

/* Runs in the child, on its own stack. Never returns. */
void sbx_child_enter (void *child);

#endif
