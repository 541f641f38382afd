/* The files of a fenced cell lie in a directory of the host: no file system holds them to a limit. */
#ifndef SANDLOT_FENCE_FILES_H
#define SANDLOT_FENCE_FILES_H

#include <sys/types.h>

/* Open files of `program` count too once they have no name any more. `holder` is the thread that has them. */
void files_belong_to (pid_t program, pid_t holder);

/* Removes everything in the work directory. Nobody else may use it any more. */
void files_remove (void);

#endif
