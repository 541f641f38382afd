#ifndef SANDLOT_PUT_FILES_H
#define SANDLOT_PUT_FILES_H

#include "../../include/protocol.h"
#include "reader.h"

/*
 * Writes the job's files below the work directory, making directories as needed. Done by the cell itself, so
 * that the bytes count against the job and no path can lead out of it. `error` names the file by its index.
 */
int put_files (struct reader *files, struct sbx_error *error);

#endif
