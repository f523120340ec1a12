/* tenure issue --open LOGIN. */
#ifndef TN_LIFECYCLE_SLIP_SHOW_H
#define TN_LIFECYCLE_SLIP_SHOW_H

#include "command.h"

/* Show one slip, once; returns enum exit_status. */
int slip_show(struct command_run *run, const char *login);

#endif
