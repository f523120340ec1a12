/* tenure explain on a login host: what tenured says. */
#ifndef TN_LIFECYCLE_EXPLAIN_HOST_H
#define TN_LIFECYCLE_EXPLAIN_HOST_H

#include "command.h"

/* Ask the daemon behind a socket about a login or a uid and print its answer;
   returns enum exit_status. */
int explain_host(struct command_run *run, const char *socket_path,
                 const char *name);

#endif
