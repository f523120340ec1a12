/* tenure doctor --canary: an account made to be locked, and seen to be. */
#ifndef TN_LIFECYCLE_DOCTOR_CANARY_H
#define TN_LIFECYCLE_DOCTOR_CANARY_H

#include "command.h"

/* On the directory server. Returns enum exit_status. */
int doctor_canary(struct command_run *run);
/* On a login host: does its tenured refuse this login by every way? */
int doctor_canary_host(struct command_run *run, const char *login);

#endif
