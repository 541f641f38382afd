#ifndef SANDLOT_GET_FILES_H
#define SANDLOT_GET_FILES_H

#include "../../include/protocol.h"
#include "request.h"

/*
 * Writes files of the work directory into the pipe that came with the request, and of the others why not.
 * Done by the cell itself while no process of the payload lives: nothing changes meanwhile, nothing outside
 * can be reached, and nothing that is no regular file is ever opened for reading. Returns 0, or -errno with
 * `error` set if the request is not well-formed.
 */
int get_files (struct request *request, struct sbx_error *error);

#endif
